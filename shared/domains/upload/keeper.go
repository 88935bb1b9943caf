package upload

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
)

// Keeper sees to uploads that are overdue.
type Keeper struct {
	Inspector
	Shelf
}

// NewKeeper makes a Keeper. warn hears of failures that do not matter.
func NewKeeper(store Store, files Files, now func() time.Time, warn func(context.Context, error)) Keeper {
	return Keeper{Inspector: NewInspector(store, files, now, warn), Shelf: NewShelf(store, files, now)}
}

// Tasks are what the sweeper has to do here.
func (k Keeper) Tasks() []openwork.Task {
	return []openwork.Task{
		{Kind: openwork.Upload, Mend: k.MendUpload},
		{Kind: openwork.UploadDeletion, Mend: k.FinishUploadDeletion},
	}
}
