// Package yamlnode reads templates as YAML nodes: decoding them into Go values would
// lose !Ref, !Sub and the order.
package yamlnode

import (
	"iter"

	"go.yaml.in/yaml/v3"
)

// Child answers a mapping's value by key, nil when there is none.
func Child(n *yaml.Node, key string) *yaml.Node {
	for k, v := range Pairs(n) {
		if k == key {
			return v
		}
	}
	return nil
}

// Pairs walks a mapping in its order; anything else has no pairs.
func Pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
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

// Text is a scalar's text, "" of anything else.
func Text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}
