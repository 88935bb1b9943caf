package zipfile

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// mostBytes is how long a component of a name may be. File systems take 255
// bytes, or characters, and some add to a name while they write it.
const mostBytes = 150

// longestExtension is what is kept of a name that is cut, with its dot.
const longestExtension = 16

// Part makes one component of a path out of any text: it names a file that every
// system can write, in the folder that it is written to. What cannot be in it
// becomes "_"; what cannot be seen goes. It changes nothing in what it has made.
func Part(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "_")) {
		b.WriteString(seen(r))
	}
	name := norm.NFC.String(b.String()) // what is gone may have stood between two that belong together
	name = strings.TrimRightFunc(strings.TrimLeftFunc(name, unicode.IsSpace), trailing)
	if name == "" {
		return "_"
	}
	if r, _ := utf8.DecodeRuneInString(name); strings.ContainsRune(".-~", r) || joins(r) || device(name) {
		name = "_" + name
	}
	return cut(name, "", mostBytes)
}

// Safe reports whether a path is made of components as Part makes them.
func Safe(name string) bool {
	if len(name) > longestName {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if Part(part) != part {
			return false
		}
	}
	return true
}

// seen is what stands for a character in a name.
func seen(r rune) string {
	switch {
	case strings.ContainsRune(`<>:"/\|?*;`, r), strings.ContainsRune("\u2044\u2215\u29f8\uff0f\u2216\u29f5\ufe68\uff3c", r):
		return "_" // forbidden on Windows; a version to unzip, which drops it; what older programs write for a slash
	case r == utf8.RuneError:
		return "_"
	case r == '\u200c', r == '\u200d': // join letters of some scripts, and pictures
		return string(r)
	case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), r == '\t', r == '\n', r == '\r':
		return " "
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point):
		return ""
	}
	return string(r)
}

// joins reports whether a character belongs to the one before it.
func joins(r rune) bool { return unicode.In(r, unicode.M) || r == '\u200c' || r == '\u200d' }

// trailing is what may not end a name: Windows drops dots and spaces, and a
// joiner joins nothing.
func trailing(r rune) bool { return r == '.' || r == '\u200c' || r == '\u200d' || unicode.IsSpace(r) }

// device reports whether Windows takes a name for a device, whatever its extension.
func device(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRightFunc(base, trailing))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	if number, ok := strings.CutPrefix(base, "COM"); ok {
		return port(number)
	}
	number, ok := strings.CutPrefix(base, "LPT")
	return ok && port(number)
}

func port(number string) bool {
	return utf8.RuneCountInString(number) == 1 && strings.ContainsAny(number, "0123456789¹²³")
}

// cut puts an addition before the extension and shortens what is before it, at
// the end of a character.
func cut(name, addition string, most int) string {
	if addition == "" && len(name) <= most {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > longestExtension || len(extension) == len(name) || strings.ContainsFunc(extension, func(r rune) bool { return joins(r) || unicode.IsSpace(r) }) {
		extension = ""
	}
	base := strings.TrimSuffix(name, extension)
	room := most - len(addition) - len(extension)
	if len(base) > room {
		for room > 0 && (!utf8.RuneStart(base[room]) || startsJoined(base[room:])) {
			room--
		}
		base = base[:room]
	}
	base = strings.TrimRightFunc(base, trailing)
	if base == "" {
		base = "_"
	}
	return base + addition + extension
}

func startsJoined(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return joins(r)
}

// Namer makes the paths of an archive: safe, and no two the same on any system,
// also where case or the form of accents do not count. The same calls give
// the same names. It remembers 20 bytes of each.
type Namer struct {
	taken map[[16]byte]taken
}

// taken is the highest number that was given to a path, 1 being the path itself;
// shared is added for a folder that files share.
type taken uint32

const shared taken = 1 << 31

func (t taken) number() taken { return t &^ shared }

// NewNamer begins an archive. The manifest's own name is taken.
func NewNamer() *Namer {
	n := &Namer{taken: map[[16]byte]taken{}}
	n.taken[key(ManifestName)] = 1
	return n
}

// Name is the path of a file: folders, then the file's own name. A path that is
// taken gets a number before its extension: "x (2).txt".
func (n *Namer) Name(parts ...string) string {
	return n.unique(n.folder(parts[:max(len(parts)-1, 0)]), last(parts))
}

// Folder is a folder that no other call gave, as components for Name: two
// things of the same title are kept apart by "Title" and "Title (2)".
func (n *Namer) Folder(parts ...string) []string {
	at := n.unique(n.folder(parts[:max(len(parts)-1, 0)]), last(parts))
	n.taken[key(at)] |= shared
	return strings.Split(at, "/")
}

func last(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// folder is the path of a folder that files share.
func (n *Namer) folder(parts []string) (at string) {
	for _, p := range parts {
		next := path.Join(at, Part(p))
		if t := n.taken[key(next)]; t != 0 && t&shared == 0 { // a file has it
			next = n.unique(at, p)
		}
		n.taken[key(next)] |= shared | 1
		at = next
	}
	return at
}

// unique takes a path in a folder.
func (n *Namer) unique(folder, name string) string {
	name = Part(name)
	first := path.Join(folder, name)
	k := key(first)
	if n.taken[k] == 0 {
		n.taken[k] = 1
		return first
	}
	for number := n.taken[k].number() + 1; ; number++ {
		other := path.Join(folder, cut(name, fmt.Sprintf(" (%d)", number), mostBytes))
		if o := key(other); n.taken[o] == 0 {
			n.taken[o], n.taken[k] = 1, n.taken[k]&shared|number
			return other
		}
	}
}

// key is the same for names that some system takes for the same.
func key(name string) (k [16]byte) {
	folded := cases.Fold().String(norm.NFKC.String(name))
	folded = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // joiners, which some systems do not see
			return -1
		}
		return r
	}, folded)
	sum := sha256.Sum256([]byte(norm.NFKC.String(folded)))
	return [16]byte(sum[:])
}
