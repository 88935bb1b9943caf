import { crc32, deflateSync } from "node:zlib";

export interface GivenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A picture of hills below a sky, 8 bits a channel. */
export function png(name = "hills.png", width = 640, height = 360): GivenFile {
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x++) {
      const hill = y > height * (0.62 + 0.12 * Math.sin(x / 70) + 0.05 * Math.sin(x / 23));
      row.set(hill ? [40, 90 + (y % 40), 70] : [250 - (y >> 1), 170 + (y >> 3), 140 + (y >> 2)], 1 + x * 3);
    }
    return row;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8); // true colour, not interlaced
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

/** A quiet tone: 16 bits, one channel. */
export function wav(name = "evening.wav", seconds = 3): GivenFile {
  const rate = 22_050;
  const samples = Buffer.alloc(rate * seconds * 2);
  for (let n = 0; n < rate * seconds; n++) samples.writeInt16LE(Math.round(6_000 * Math.sin((n / rate) * 2 * Math.PI * 220)), n * 2);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([head, samples]) };
}

/** A page that says that it is a picture. */
export const liar: GivenFile = {
  name: "holiday.png",
  mimeType: "image/png",
  buffer: Buffer.from("<!doctype html><title>Holiday</title><script>alert(1)</script>"),
};
