import { expect, test } from "vitest";
import { seenBy } from "./seenBy";

const nameOf = (id: string) => (id === "u2" ? "ruth@example.com" : undefined);

test.each([
  ["me", "Its secret was shown to you.", false],
  ["u2", "Its secret was shown to ruth@example.com.", false],
  ["u3", "Its secret was shown to a former member: rotate it.", true],
  [null, "Whom its secret was shown to is not known.", false],
])("a key that was shown to %s", (user, text, gone) => {
  expect(seenBy({ seen_by: user }, "me", nameOf)).toEqual({ text, gone });
});
