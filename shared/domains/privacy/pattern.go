package privacy

import (
	"fmt"
	"strings"
)

// Pattern is a key with variables in angle brackets: "T#<tenant> /
// PROJECT#<project>". A variable stands for one or more characters; the last one
// of a pattern that ends in <…> may hold any, others hold no "#" and no "/".
type Pattern string

// part is a constant or a variable of a pattern.
type part struct {
	text     string
	variable bool
}

func (p Pattern) parts() []part {
	var all []part
	rest := string(p)
	for rest != "" {
		before, after, found := strings.Cut(rest, "<")
		if before != "" {
			all = append(all, part{text: before})
		}
		if !found {
			return all
		}
		name, tail, _ := strings.Cut(after, ">")
		all = append(all, part{text: name, variable: true})
		rest = tail
	}
	return all
}

// Variables are the pattern's variables, in order.
func (p Pattern) Variables() []string {
	var names []string
	for _, part := range p.parts() {
		if part.variable {
			names = append(names, part.text)
		}
	}
	return names
}

// Fill writes the key of the given values. It fails when one is missing or
// empty: a key with a gap could be another's.
func (p Pattern) Fill(values map[string]string) (string, error) {
	var key strings.Builder
	for _, part := range p.parts() {
		switch {
		case !part.variable:
			key.WriteString(part.text)
		case values[part.text] == "":
			return "", fmt.Errorf("privacy: the key %s needs a %s", p, part.text)
		default:
			key.WriteString(values[part.text])
		}
	}
	return key.String(), nil
}

// Prefix is the key up to its first variable that has no value.
func (p Pattern) Prefix(values map[string]string) string {
	var key strings.Builder
	for _, part := range p.parts() {
		if part.variable && values[part.text] == "" {
			break
		}
		if part.variable {
			key.WriteString(values[part.text])
		} else {
			key.WriteString(part.text)
		}
	}
	return key.String()
}

// Match reads a key's variables; ok is false for a key of another form.
func (p Pattern) Match(key string) (values map[string]string, ok bool) {
	values = map[string]string{}
	all := p.parts()
	for i, part := range all {
		if !part.variable {
			if key, ok = strings.CutPrefix(key, part.text); !ok {
				return nil, false
			}
			continue
		}
		end := len(key)
		if i+1 < len(all) {
			if end = strings.Index(key, all[i+1].text); end < 0 {
				return nil, false
			}
			if strings.ContainsAny(key[:end], "#/") {
				return nil, false
			}
		}
		if end == 0 {
			return nil, false
		}
		values[part.text], key = key[:end], key[end:]
	}
	return values, key == ""
}
