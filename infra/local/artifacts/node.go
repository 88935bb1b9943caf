package artifacts

import (
	"go.yaml.in/yaml/v3"

	"github.com/devotionalai/platform/infra/yamlnode"
)

func names(n *yaml.Node) []string {
	var all []string
	for k := range yamlnode.Pairs(n) {
		all = append(all, k)
	}
	return all
}
