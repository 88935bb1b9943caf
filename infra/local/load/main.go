// Command load sends people to the running product, and an abuser, and looks whether
// all are served and what they leave behind: make load.
package main

import (
	"github.com/devotionalai/platform/infra/local/running"
)

func main() {
	plan, err := planned()
	running.Command{Name: "load", Usage: usage, Checks: "load"}.Run(err, plan.run)
}
