package zipfile_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// fault is what is wrong with an archive, and what is to be said of it.
type fault struct {
	plant       func(*image) []byte
	entry, says string
}

const video = "files/Psalm 23/video.mp4" // entry 2

func faults() map[string]fault {
	all := map[string]fault{
		"a byte of a file": {func(i *image) []byte { i.local[2][200] ^= 1; return i.join() }, video, "other bytes than its CRC-32"},
		"a file and its CRC-32": {func(i *image) []byte {
			i.local[2][200] ^= 1
			return i.crc(2, i.local[2][len(i.local[2])-350:]).join()
		}, video, "has the SHA-256"},
		"another CRC-32 in its own header": {func(i *image) []byte { i.local[2][14] ^= 1; return i.join() }, video, "another CRC-32"},
		"another time in its own header":   {func(i *image) []byte { i.local[2][10] ^= 1; return i.join() }, video, "another time"},
		"another name in its own header":   {func(i *image) []byte { i.local[2][35] ^= 1; return i.join() }, video, "is called"},
		"another second in its own header": {func(i *image) []byte { i.local[2][30+len(video)+5] ^= 1; return i.join() }, video, "another time in seconds"},
		"another size in its own header":   {func(i *image) []byte { i.local[2][22] ^= 1; return i.join() }, video, "another size"},
		"compressed":                       {func(i *image) []byte { return i.both(2, 8, 8).join() }, video, "compressed"},
		"encrypted":                        {func(i *image) []byte { return i.both(2, 6, 1).join() }, video, "flags"},
		"sizes behind the data":            {func(i *image) []byte { return i.both(2, 6, 8).join() }, video, "flags"},
		"a name in no certain encoding":    {func(i *image) []byte { return i.both(2, 7, 0).join() }, video, "flags"},
		"stored in another size":           {func(i *image) []byte { return i.both(2, 18, 1).join() }, video, "another size"},
		"a link":                           {func(i *image) []byte { i.central[2][41] = 0xa1; return i.join() }, video, "no plain file"},
		"a folder":                         {func(i *image) []byte { i.central[2][38] |= 0x10; return i.join() }, video, "no plain file"},
		"another name in an extra field":   {func(i *image) []byte { return i.retag(2, 0x7075).join() }, video, "extra field 0x7075"},
		"numbers nobody asked for":         {func(i *image) []byte { return i.retag(2, 1).join() }, video, "nothing refers to"},
		"a number of 8 bytes that is not there": {func(i *image) []byte {
			return i.both(2, 18, 255, 255, 255, 255).both(2, 22, 255, 255, 255, 255).join()
		}, video, "lacks a number"},
		"a comment of an entry": {func(i *image) []byte { i.central[2][32] = 1; return i.join() }, video, "has a comment"},
		"an entry's disk":       {func(i *image) []byte { i.central[2][34] = 1; return i.join() }, video, "another disk"},
		"a name out of it":      {func(i *image) []byte { return i.rename(0, "../x.html.").join() }, "../x.html.", "not safe"},
		"an absolute name":      {func(i *image) []byte { return i.rename(0, "/ndex.html").join() }, "/ndex.html", "not safe"},
		"a device":              {func(i *image) []byte { return i.rename(0, "nul. .html").join() }, "nul. .html", "not safe"},
		"a name twice":          {func(i *image) []byte { return i.rename(3, "FILES/psalm 23/VIDEO.mp4").join() }, "FILES/psalm 23/VIDEO.mp4", "name of another"},
		"a file as a folder":    {func(i *image) []byte { return i.rename(4, "index.html/xx.jsonl").join() }, "index.html/xx.jsonl", "folder that is a file"},
		"a folder as a file":    {func(i *image) []byte { return i.rename(0, "data/y.jso").rename(1, "data/y.jso/n.x").join() }, "data/y.jso/n.x", "folder that is a file"},
	}
	for name, f := range structureFaults() {
		all[name] = f
	}
	return all
}

// retag gives the extra field of an entry's time another number.
func (i *image) retag(n int, id uint16) *image {
	name := int(binary.LittleEndian.Uint16(i.local[n][26:]))
	binary.LittleEndian.PutUint16(i.local[n][30+name:], id)
	binary.LittleEndian.PutUint16(i.central[n][46+name:], id)
	return i
}

func structureFaults() map[string]fault {
	const cut, directory = "does not end as an archive does", "does not reach"
	return map[string]fault{
		"something after it":                     {func(i *image) []byte { return append(i.join(), 0) }, "", cut},
		"cut off":                                {func(i *image) []byte { z := i.join(); return z[:len(z)-1] }, "", cut},
		"nothing":                                {func(*image) []byte { return nil }, "", "too short"},
		"something before it, offsets as before": {func(i *image) []byte { return append([]byte("#!/bin/sh\n"), i.join()...) }, "", directory},
		"something before it":                    {func(i *image) []byte { i.before = []byte("#!/bin/sh\n"); return i.join() }, "index.html", "begins at byte 10, where the one before it ends at 0"},
		"something between entries": {func(i *image) []byte { i.local[1] = append(i.local[1], 1, 2, 3); return i.join() },
			video, "bytes that belong to none"},
		"something before the directory": {func(i *image) []byte { i.between = []byte{1}; return i.join() }, "", "1 bytes between"},
		"two entries of the same bytes": {func(i *image) []byte {
			z := i.join()
			at := bytes.LastIndex(z, i.central[2])
			copy(z[at+42:], []byte{0, 0, 0, 0})
			return z
		}, video, "begins at byte 0"},
		"an entry that reaches into the directory": {func(i *image) []byte { return i.both(5, 18, 255, 255).both(5, 22, 255, 255).join() },
			"manifest.json", "reaches into the directory"},
		"no header at the place": {func(i *image) []byte { i.local[2][0] = 'X'; return i.join() }, video, "no header"},
		"an entry that the count leaves out": {func(i *image) []byte {
			z := i.join()
			z[len(z)-12]--
			z[len(z)-14]--
			return z
		}, "", "longer than its entries"},
		"an entry more in the count": {func(i *image) []byte {
			z := i.join()
			z[len(z)-12]++
			z[len(z)-14]++
			return z
		}, "", "ends in the middle"},
		"something else in the directory": {func(i *image) []byte { i.central[2][0] = 'X'; return i.join() }, "", "directory should go on"},
		"a comment":                       {func(i *image) []byte { i.end[20] = 1; return i.join() }, "", "comment"},
		"a second disk":                   {func(i *image) []byte { i.end[4] = 1; return i.join() }, "", "disks"},
		"a directory elsewhere":           {func(i *image) []byte { z := i.join(); z[len(z)-6]++; return z }, "", directory},
		"wide records that are not there": {func(i *image) []byte { z := i.join(); copy(z[len(z)-6:], "\xff\xff\xff\xff"); return z }, "", "8-byte numbers"},
		"an entry beside the manifest": {func(i *image) []byte {
			i.local, i.central = append(i.local, bytes.Clone(i.local[3])), append(i.central, bytes.Clone(i.central[3]))
			return i.rename(6, "files/Psalm 23/other.txt").join()
		}, "files/Psalm 23/other.txt", "is not in the manifest"},
	}
}

// manifestFault changes what the manifest lists, or its text.
type manifestFault struct {
	plant       func([]zipfile.ManifestFile) []zipfile.ManifestFile
	text        func(string) string
	entry, says string
}

func manifestFaults() map[string]manifestFault {
	type files = []zipfile.ManifestFile
	same := func(f files) files { return f }
	change := func(do func(*zipfile.ManifestFile)) func(files) files {
		return func(f files) files { do(&f[2]); return f }
	}
	const m, unread = "manifest.json", "cannot be read"
	return map[string]manifestFault{
		"a file that is not there":     {func(f files) files { return append(f, zipfile.ManifestFile{Path: "x"}) }, nil, "x", "not in the archive"},
		"a file that it leaves out":    {func(f files) files { return slices.Delete(f, 2, 3) }, nil, "files/Psalm 23/empty.txt", "out of the archive's order"},
		"its last file left out":       {func(f files) files { return f[:4] }, nil, "usage/2026-11.jsonl", "is not in the manifest"},
		"another name":                 {change(func(f *zipfile.ManifestFile) { f.Path = "y" }), nil, "y", "not in the archive"},
		"a folder for a file":          {change(func(f *zipfile.ManifestFile) { f.Path = "files" }), nil, "files", "not in the archive"},
		"another order":                {func(f files) files { f[0], f[1] = f[1], f[0]; return f }, nil, "data/jobs.json", "out of the archive's order"},
		"a file twice":                 {func(f files) files { return slices.Insert(f, 1, f[0]) }, nil, "index.html", "or twice"},
		"a file twice at the end":      {func(f files) files { return append(f, f[0]) }, nil, "index.html", "or twice"},
		"itself":                       {func(f files) files { return append(f, zipfile.ManifestFile{Path: m}) }, nil, m, "or twice"},
		"another size":                 {change(func(f *zipfile.ManifestFile) { f.Size++ }), nil, video, "the manifest says 351"},
		"another SHA-256":              {change(func(f *zipfile.ManifestFile) { f.SHA256 = strings.Repeat("0", 64) }), nil, video, "has the SHA-256"},
		"no SHA-256":                   {change(func(f *zipfile.ManifestFile) { f.SHA256 = "" }), nil, video, "has the SHA-256"},
		"something after it":           {same, func(s string) string { return s + "{}" }, m, unread},
		"cut off":                      {same, func(s string) string { return s[:len(s)-3] }, m, unread},
		"a member more":                {same, func(s string) string { return strings.Replace(s, `"size"`, `"mode":1,"size"`, 1) }, m, unread},
		"a list":                       {same, func(s string) string { return "[" + s + "]" }, m, unread},
		"other members":                {same, func(s string) string { return strings.Replace(s, `"files"`, `"entries"`, 1) }, m, unread},
		"a name that fills the memory": {same, func(s string) string { return strings.Replace(s, `"index`, `"`+strings.Repeat("x", 300<<10), 1) }, m, "more than"},
	}
}
