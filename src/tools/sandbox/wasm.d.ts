/** A `.wasm` file is imported as a compiled module: Workers compile none from bytes. */
declare module "*.wasm" {
	const module: WebAssembly.Module;
	export default module;
}
