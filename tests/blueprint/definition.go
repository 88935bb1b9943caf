package blueprint

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Definition reads a state machine of infra/statemachines by its name, with the
// defaults of the stack's parameters in the places of numbers. Marks of ARNs stay.
func (b *Blueprint) Definition(name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(b.Root, "infra", "statemachines", name+".asl.json"))
	if err != nil {
		return nil, fmt.Errorf("read state machine: %w", err)
	}
	return b.Numbers(text), nil
}

// Numbers puts the defaults of the root template's parameters in the places of
// numbers of a definition. What no parameter has the name of stays as it is.
func (b *Blueprint) Numbers(definition []byte) []byte {
	marks := regexp.MustCompile(`: \$\{(\w+)\}`) // in the place of a number, and so without quotes
	parameters := b.Templates[0].Section("Parameters")
	return marks.ReplaceAllFunc(definition, func(mark []byte) []byte {
		parameter := section(parameters, string(marks.FindSubmatch(mark)[1]))
		if n, ok := parameter["Default"].(int); ok {
			return fmt.Appendf(nil, ": %d", n)
		}
		return mark
	})
}
