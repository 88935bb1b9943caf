import { expect, test } from "vitest";
import { ApiError } from "../api/problem";
import { createQueries } from "./queries";

const refusal = (status: number, retryAfter?: number) =>
  new ApiError({ type: "about:blank", title: "", status, code: "x", detail: "", instance: "" }, retryAfter);

test("a query is not repeated before the answer says, nor at all when that is long", () => {
  const { retry, retryDelay } = createQueries().getDefaultOptions().queries ?? {};
  const repeated = retry as (failures: number, error: unknown) => boolean;
  const delay = retryDelay as (failures: number, error: unknown) => number;
  expect([refusal(429, 300), refusal(429, 2), refusal(503), refusal(404)].map((e) => repeated(0, e))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([delay(0, refusal(429, 4)), delay(0, refusal(503)), delay(1, refusal(503))]).toEqual([4_000, 1_000, 2_000]);
});
