package tenant

import "strings"

// objectsRoot begins the key of every tenant's object, in the bucket of media
// and in the bucket of the archived ledger.
const objectsRoot = "tenants/"

// Folders of the bucket of media: one for each kind of object, below its
// tenant's prefix. shared/domains/privacy declares them, and a test holds the two
// lists together.
const (
	IncomingFolder = "incoming/" // files until they were looked at; they count as nobody's
	UploadFolder   = "uploads/"  // files of uploads that are ready
	ImageFolder    = "images/"   // previews
	JobFolder      = "jobs/"     // a folder of each job's own, with its parts and what came of them
	ExportFolder   = "exports/"  // a folder of each export's own; no quota counts it
)

// AuditFolder holds the segments of the record of acts, in the locked bucket. The
// ledger's are beside it, in a folder of each month.
const AuditFolder = "audit/"

// ErasuresFolder holds who was erased, by ids, in the locked bucket: a restored
// table is cleared of them again. It is below no tenant's prefix.
const ErasuresFolder = "erasures/"

// ErasedFolder holds the ids of accounts that were erased, each as a name, in the
// locked bucket: who asks for one sees that, and no certificate. It is below no
// tenant's prefix.
const ErasedFolder = "erased/"

// VoiceFolder holds the samples of voices, which anyone may hear. It is below no
// tenant's prefix.
const VoiceFolder = "voices/"

// Files in the folder of a job that has ended. Together they are its storage.
const (
	VideoFile     = "video.mp4"
	CaptionsFile  = "captions.vtt"
	ThumbnailFile = "thumbnail.jpg"
)

// ObjectPrefix begins the keys of a tenant's objects, and of nobody else's.
func ObjectPrefix(id ID) string { return objectsRoot + string(id) + "/" }

// ObjectKey is the key of an object with a name below its tenant's prefix.
func ObjectKey(id ID, name string) string { return ObjectPrefix(id) + name }

// ReadObjectKey reads what ObjectKey made; ok is false for an object that is no
// tenant's.
func ReadObjectKey(key string) (id ID, name string, ok bool) {
	rest, below := strings.CutPrefix(key, objectsRoot)
	owner, name, deep := strings.Cut(rest, "/")
	if !below || !deep || !ValidID(owner) {
		return "", "", false
	}
	return ID(owner), name, true
}
