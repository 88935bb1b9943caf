// trial-orders takes every message but the poisoned.
package main

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/boot"
)

func main() { boot.Queue(build) }

func build(context.Context, *boot.Runtime, struct{}) (func(context.Context, boot.Message) error, error) {
	return func(_ context.Context, m boot.Message) error {
		switch m.Body {
		case "poison":
			return errors.New("this one cannot be taken")
		case "panic":
			panic("nor can this one")
		}
		return nil
	}, nil
}
