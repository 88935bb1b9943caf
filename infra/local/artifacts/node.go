package artifacts

import (
	"iter"

	"go.yaml.in/yaml/v3"
)

// Templates are edited as YAML nodes: decoding them into Go values would lose
// !Ref, !Sub and the order.

// child answers a mapping's value by key, nil when there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	for k, v := range pairs(n) {
		if k == key {
			return v
		}
	}
	return nil
}

// pairs walks a mapping in its order; anything else has no pairs.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

func names(n *yaml.Node) []string {
	var all []string
	for k := range pairs(n) {
		all = append(all, k)
	}
	return all
}

func text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}
