package blueprint

import "github.com/devotionalai/platform/infra/settingsof"

// Setting is one environment variable that a function reads.
type Setting = settingsof.Setting

// Common lists the settings that boot reads for every function.
func Common(root string) ([]Setting, error) { return settingsof.Common(root) }

// Own lists the settings of a function's own struct.
func Own(root string, f Function) ([]Setting, error) { return settingsof.Own(root, f.Code) }
