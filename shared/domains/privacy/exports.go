package privacy

// exportPlace holds an export, or the making of it.
func exportPlace() Place {
	return item("T", "EXPORT#", "<export>", Tenant,
		"progress and outcome of an export of the account", "to make it and to show it",
		Field{Name: "status", Means: "queued, running, succeeded or failed"},
		Field{Name: "step", Means: "what it does now"},
		Field{Name: "attempt", Means: "1, and one more each time that it had to begin again"},
		Field{Name: "restarts", Means: "executions of this attempt that died and were replaced"},
		Field{Name: "done", Means: "bytes of the archive that are written"},
		Field{Name: "total", Means: "bytes that the archive will have"},
		Field{Name: "again", Means: "listings that were thrown away because something had gone"},
		Field{Name: "plan", Means: "how the archive is made: folder and upload while it is written, bytes of layout, parts and archive, SHA-256 of its manifest"},
		Field{Name: "whole", Means: "folder of the plan whose archive is whole"},
		Field{Name: "size", Means: "bytes of the archive"},
		Field{Name: "manifest", Means: "SHA-256 of manifest.json in the archive"},
		Field{Name: "failure", Means: "why it failed: a code"},
		Field{Name: "user", Means: "id of the user who asked"},
		Field{Name: "mailed", Means: "whether that user was told of its end"},
		Field{Name: "cleared", Means: "whether what it was made from is removed"},
		Field{Name: "over", Means: "whether its archive is removed"},
		Field{Name: "created_ms", Means: "when it was asked for, milliseconds since 1970"},
		Field{Name: "finished", Means: "when it ended, milliseconds since 1970"},
		Field{Name: "goes", Means: "when its archive goes, milliseconds since 1970"},
	)
}
