import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SendingFile } from "../../api/sending";
import { Underway } from "./Underway";

let root: Root;
let page: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  URL.createObjectURL = vi.fn(() => "blob:picture");
  URL.revokeObjectURL = vi.fn();
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(() => {
  act(() => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

const view = { state: "sending", sent: 0.5 };
const sending = { subscribe: () => () => undefined, view: () => view, cancel: vi.fn() } as unknown as SendingFile;

function show(file: File) {
  act(() => root.render(<Underway kind="image" onItsWay={{ file, sending }} onAnother={vi.fn()} onGone={vi.fn()} />));
}

test("a picture that the browser cannot show has a drawing in its place", () => {
  show(new File(["ftypheic"], "IMG_1.HEIC", { type: "image/heic" }));
  const shown = page.querySelector("img");
  expect(shown?.getAttribute("src")).toBe("blob:picture");
  act(() => {
    shown?.dispatchEvent(new Event("error"));
  });
  expect(page.querySelector("img")).toBeNull();
  expect(page.querySelector(".own__thumbnail svg")).not.toBeNull();
  expect(page.textContent).toContain("50 %");
  show(new File(["JPEG"], "next.jpg", { type: "image/jpeg" }));
  expect(page.querySelector("img"), "the next file is tried").not.toBeNull();
});
