package upload

import "github.com/devotionalai/platform/shared/domains/openwork"

// Keeper sees to uploads that are overdue.
type Keeper struct {
	Receiver
	Shelf
}

// NewKeeper makes a Keeper of what the receiver works on.
func NewKeeper(r Receiver) Keeper {
	return Keeper{Receiver: r, Shelf: NewShelf(r.Store, r.Files, r.Now)}
}

// Tasks are what the sweeper has to do here.
func (k Keeper) Tasks() []openwork.Task {
	return []openwork.Task{
		{Kind: openwork.Upload, Mend: k.MendUpload},
		{Kind: openwork.UploadDeletion, Mend: k.FinishUploadDeletion},
	}
}
