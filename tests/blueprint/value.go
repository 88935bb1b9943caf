package blueprint

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// value turns a node into maps, lists and scalars, and a short form into its
// long form.
func value(n *yaml.Node) any {
	if n.Kind == yaml.DocumentNode {
		return value(n.Content[0])
	}
	plain := plainValue(n)
	switch {
	case !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!"):
		return plain
	case n.Tag == "!Ref" || n.Tag == "!Condition":
		return Map{n.Tag[1:]: plain}
	case n.Tag == "!GetAtt":
		if s, ok := plain.(string); ok {
			resource, attribute, _ := strings.Cut(s, ".")
			plain = []any{resource, attribute}
		}
		return Map{"Fn::GetAtt": plain}
	}
	return Map{"Fn::" + n.Tag[1:]: plain}
}

func plainValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := Map{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i] = value(c)
		}
		return list
	case yaml.AliasNode:
		return value(n.Alias)
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Value // the tag is a function; its argument is text
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return n.Value
	}
	return v
}

// Walk calls visit for every mapping below v, outermost first.
func Walk(v any, visit func(Map)) {
	switch v := v.(type) {
	case Map:
		visit(v)
		for _, child := range v {
			Walk(child, visit)
		}
	case []any:
		for _, child := range v {
			Walk(child, visit)
		}
	}
}
