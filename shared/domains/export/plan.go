package export

import (
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// partSize is how much of the archive is sent at a time, in bytes.
	partSize = 16 << 20
	// maxParts is how many parts an upload may have.
	maxParts = 10_000
	// maxSlices bounds what a state machine is told of an archive: one number each.
	maxSlices = 40
)

// Plan is how an archive is made: what was listed, and the upload that its parts
// go to. All that make parts of one archive follow the same plan, so that a part is
// the same bytes whoever makes it.
type Plan struct {
	Run      string // folder of what the listing left behind, below the export's
	Upload   string // storage's id of the archive while it is written
	Layout   int64  // bytes of the layout
	Size     int64  // bytes of the archive
	Part     int64  // bytes of each part but the last
	Manifest string // SHA-256 of manifest.json, hex
}

// Made reports whether there is a plan.
func (p Plan) Made() bool { return p.Run != "" }

// partFor is the size of the parts of an archive: as small as their number lets it
// be.
func partFor(size, least int64) int64 { return max(least, (size+maxParts-1)/maxParts) }

// Parts is the number of parts.
func (p Plan) Parts() int { return int((p.Size + p.Part - 1) / p.Part) }

// PartSize is the size of a part, counted from 1.
func (p Plan) PartSize(number int) int64 {
	return min(p.Part, p.Size-int64(number-1)*p.Part)
}

// perSlice is how many parts one slice has.
func (p Plan) perSlice() int { return (p.Parts() + maxSlices - 1) / maxSlices }

// Slices are the numbers of the slices that the archive is written in.
func (p Plan) Slices() []int {
	n := p.perSlice()
	all := make([]int, (p.Parts()+n-1)/n)
	for i := range all {
		all[i] = i
	}
	return all
}

// Of is the first and the last part of a slice.
func (p Plan) Of(slice int) (first, last int) {
	n := p.perSlice()
	return slice*n + 1, min((slice+1)*n, p.Parts())
}

// Folder is an export's own, below its tenant's prefix.
func Folder(exportID string) string { return tenant.ExportFolder + exportID + "/" }

// Archive is the name of an export's archive.
func Archive(exportID string) string { return Folder(exportID) + "archive.zip" }

// piece is a piece of a file that the listing wrote.
func piece(exportID, run, file string, number int64) string {
	return fmt.Sprintf("%s%s/%s-%06d", Folder(exportID), run, file, number)
}
