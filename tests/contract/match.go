package contract

import (
	"fmt"
	"strings"
)

// differences says where got lacks what want asks for. Objects may hold more
// than is wanted; lists may not. These texts stand for more than themselves:
//
//	<any>       any value but null
//	<absent>    no such member
//	<text>…     a text that contains what follows
func differences(at string, want, got any) []string {
	if at == "" {
		at = "the answer"
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %s, want an object", at, text(got))}
		}
		return objectDifferences(at, w, g)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return []string{fmt.Sprintf("%s is %s, want a list of %d", at, text(got), len(w))}
		}
		var all []string
		for i := range w {
			all = append(all, differences(fmt.Sprintf("%s[%d]", at, i), w[i], g[i])...)
		}
		return all
	case string:
		if part, ok := strings.CutPrefix(w, "<text>"); ok && strings.Contains(fmt.Sprint(got), part) {
			return nil
		}
		if w == "<any>" && got != nil {
			return nil
		}
	}
	if want != got {
		return []string{fmt.Sprintf("%s is %s, want %s", at, text(got), text(want))}
	}
	return nil
}

func objectDifferences(at string, want, got map[string]any) []string {
	var all []string
	for name, w := range want {
		g, there := got[name]
		switch {
		case w == "<absent>" && there:
			all = append(all, fmt.Sprintf("%s.%s is there: %s", at, name, text(g)))
		case w == "<absent>":
		case !there:
			all = append(all, fmt.Sprintf("%s.%s is missing", at, name))
		default:
			all = append(all, differences(at+"."+name, w, g)...)
		}
	}
	return all
}
