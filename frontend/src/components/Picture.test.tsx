import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Picture } from "./Picture";

let root: Root;
let page: HTMLElement;
const onStale = vi.fn();

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
  onStale.mockReset();
});

afterEach(() => {
  act(() => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

const show = (url: string) =>
  act(() => root.render(<Picture url={url} alt="A lake" onStale={onStale} instead="It does not load." />));
const tell = (what: "load" | "error") =>
  act(() => {
    page.querySelector("img")?.dispatchEvent(new Event(what));
  });

test("a link that has ended is followed by a newer one", () => {
  show("/a");
  tell("error");
  expect(onStale).toHaveBeenCalledTimes(1);
  show("/b");
  tell("load");
  expect(page.querySelector("img")?.getAttribute("src")).toBe("/b");
  tell("error");
  expect(onStale, "one that worked has ended, too").toHaveBeenCalledTimes(2);
});

test("a picture that no link shows is given up, and not asked for any more", () => {
  show("/a");
  tell("error");
  tell("error");
  show("/b");
  tell("error");
  expect(page.textContent).toBe("It does not load.");
  expect(page.querySelector("img")).toBeNull();
  show("/c");
  expect(onStale).toHaveBeenCalledTimes(1);
});
