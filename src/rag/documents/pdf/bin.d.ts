/** A `.bin` file is imported as its bytes. */
declare module "*.bin" {
	const bytes: ArrayBuffer;
	export default bytes;
}
