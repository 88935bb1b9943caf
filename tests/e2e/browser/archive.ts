import { expect } from "@playwright/test";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * The files of a small ZIP whose entries are stored as they are, by name, read
 * with nothing of the product's: the directory at its end, each local header, and
 * each checksum.
 */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  expect(zip.readUInt32LE(end), "the end of the directory").toBe(END);
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    expect(zip.readUInt32LE(at), "a line of the directory").toBe(CENTRAL);
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [number, number, number];
    const path = zip.toString("utf8", at + 46, at + 46 + name);
    expect(zip.readUInt16LE(at + 10), `${path} is stored as it is`).toBe(0);
    const header = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(header), `the header of ${path}`).toBe(LOCAL);
    const begin = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const body = zip.subarray(begin, begin + zip.readUInt32LE(at + 24));
    expect(crc32(body), `the CRC-32 of ${path}`).toBe(zip.readUInt32LE(at + 16));
    expect(files.has(path), `${path} is there once`).toBe(false);
    files.set(path, body);
    at += 46 + name + extra + comment;
  }
  return files;
}

export const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
