package tenant

// Beginnings of the keys of a tenant's two partitions of the platform table.
const (
	CredentialsPrefix = "A#" // who may act: users with their sessions, keys
	DataPrefix        = "T#" // everything else
)

// CredentialsPartition is where a tenant's credentials are.
func CredentialsPartition(id ID) string { return CredentialsPrefix + string(id) }

// DataPartition is where everything else of a tenant is.
func DataPartition(id ID) string { return DataPrefix + string(id) }
