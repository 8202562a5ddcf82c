import { expect, test } from "vitest";
import { deployOrder } from "./deploy-order.ts";

test("a Worker comes after all that it is bound to", () => {
	const order = deployOrder([
		{ name: "gateway", needs: ["agents", "tools"] },
		{ name: "agents", needs: ["tools", "observability"] },
		{ name: "tools", needs: ["observability"] },
		{ name: "observability", needs: [] },
	]);
	expect(order).toEqual(["observability", "tools", "agents", "gateway"]);
});

test("the order does not depend on how the Workers are listed", () => {
	const nodes = [
		{ name: "c", needs: ["a", "b"] },
		{ name: "b", needs: ["a"] },
		{ name: "a", needs: [] },
	];
	expect(deployOrder(nodes)).toEqual(deployOrder(nodes.toReversed()));
});

test("a cycle is an error that shows it", () => {
	const nodes = [
		{ name: "a", needs: ["b"] },
		{ name: "b", needs: ["c"] },
		{ name: "c", needs: ["a"] },
	];
	expect(() => deployOrder(nodes)).toThrow("a → b → c → a");
});

test("a binding to an unknown Worker is an error", () => {
	expect(() => deployOrder([{ name: "a", needs: ["b"] }])).toThrow("a is bound to b");
});
