package upload

import (
	"context"
	"time"
)

// Keeper sees to uploads that are overdue. It implements render.UploadKeeper.
type Keeper struct {
	Inspector
	Shelf
}

// NewKeeper makes a Keeper. warn hears of failures that do not matter.
func NewKeeper(store Store, files Files, now func() time.Time, warn func(context.Context, error)) Keeper {
	return Keeper{Inspector: NewInspector(store, files, now, warn), Shelf: NewShelf(store, files, now)}
}
