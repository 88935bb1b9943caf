import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UnreachableError } from "../../api/problem";
import { Gallery } from "./Gallery";

const asked = vi.hoisted(() => vi.fn<() => Promise<unknown>>());
vi.mock("../../api/client", () => ({ api: { GET: asked }, answer: (answer: unknown) => answer }));

const template = (id: string, language: string) => ({
  id,
  language,
  title: `Title of ${id}`,
  summary: "A summary",
  theme: "peace",
  reference: "Salmo 4:8, Reina-Valera 1909",
  scenes: [],
});
const all = [template("still", "en"), template("quietos", "es"), template("paz", "pt"), template("calme", "fr")];

let root: Root;
let page: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});

afterEach(() => {
  act(() => root.unmount());
  page.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function reads(...languages: string[]) {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
  vi.spyOn(navigator, "language", "get").mockReturnValue(languages[0] ?? "");
}

const answered = (items: unknown[]) => () => Promise.resolve({ items });

async function show(answer: () => Promise<unknown>, onChoose = vi.fn(), busy = false) {
  asked.mockImplementation(answer);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () => {
    root.render(
      <QueryClientProvider key={crypto.randomUUID()} client={client}>
        <Gallery busy={busy} onChoose={onChoose} />
      </QueryClientProvider>,
    );
    await Promise.resolve();
  });
  return onChoose;
}

const titles = () => [...page.querySelectorAll(".gallery__title")].map((e) => e.textContent.replace("Use Title of ", ""));
const labels = () => [...page.querySelectorAll(".choices__label")].map((e) => e.textContent);
const settled = () => act(() => vi.waitFor(() => expect(page.querySelector(".skeleton")).toBeNull()));

async function choose(label: string) {
  const found = [...page.querySelectorAll(".choices__label")].find((e) => e.textContent === label);
  await act(async () => {
    found?.querySelector("input")?.click();
    await Promise.resolve();
  });
}

test("the templates of the person's language are shown, the others are a choice away", async () => {
  reads("pt-BR", "es");
  await show(answered(all));
  await settled();
  expect(titles()).toEqual(["paz"]);
  expect(labels()).toEqual(["Português", "Español", "English", "Français", "All languages"]);
  await choose("Français");
  expect(titles()).toEqual(["calme"]);
  await choose("All languages");
  expect(titles()).toEqual(["paz", "quietos", "still", "calme"]);
  expect(page.querySelector(".gallery__title [lang]")?.getAttribute("lang")).toBe("pt");
  expect(page.querySelector(".gallery__reference")?.textContent).toBe("Salmo 4:8");
});

test("who reads another language sees the first that there is", async () => {
  reads("ko-KR");
  await show(answered(all));
  await settled();
  expect(titles()).toEqual(["still"]);
});

test("a template is chosen with a button, not twice", async () => {
  reads("es");
  const chosen = await show(answered(all));
  await settled();
  act(() => page.querySelector<HTMLButtonElement>(".gallery__card")?.click());
  expect(chosen.mock.calls).toEqual([["quietos"]]);
  const busy = await show(answered(all), vi.fn(), true);
  await settled();
  act(() => page.querySelector<HTMLButtonElement>(".gallery__card")?.click());
  expect(busy).not.toHaveBeenCalled();
});

test("it says that it loads, that there is none, and what went wrong", async () => {
  reads("en");
  let release: (page: unknown) => void = () => undefined;
  await show(() => new Promise((resolve) => (release = resolve)));
  expect(page.querySelector("[role=status]")?.textContent).toBe("Loading the templates");
  release({ items: [] });
  await settled();
  expect(page.textContent).toContain("There are no templates at the moment");

  await show(() => Promise.reject(new UnreachableError(undefined)));
  await settled();
  expect(page.querySelector("[role=alert]")).not.toBeNull();
  const again = [...page.querySelectorAll("button")].find((b) => b.textContent === "Try again");
  asked.mockImplementation(answered(all));
  await act(async () => {
    again?.click();
    await Promise.resolve();
  });
  await act(() => vi.waitFor(() => expect(titles()).toEqual(["still"])));
});
