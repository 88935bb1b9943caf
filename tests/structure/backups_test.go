package structure_test

import (
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestWhatIsStoredIsBackedUp: on AWS every table can be brought back to any moment
// and is in the plan of backups, and every bucket of the data stack keeps versions
// and can be copied elsewhere.
func TestWhatIsStoredIsBackedUp(t *testing.T) {
	b := load(t)
	selected := map[string]bool{}
	for _, s := range b.Resources("AWS::Backup::BackupSelection") {
		blueprint.Walk(s.Properties, func(m blueprint.Map) {
			if table, attribute := named(m); attribute == "Arn" {
				selected[table] = true
			}
		})
	}
	for _, table := range b.Resources("AWS::DynamoDB::Table") {
		recovery, _ := table.Properties["PointInTimeRecoverySpecification"].(blueprint.Map)
		choice, _ := recovery["Fn::If"].([]any)
		enabled := false
		if len(choice) == 3 && choice[0] == "OnAws" {
			on, _ := choice[1].(blueprint.Map)
			enabled, _ = on["PointInTimeRecoveryEnabled"].(bool)
		}
		if !enabled || !selected[table.ID] {
			t.Errorf("%s: point-in-time recovery %v, in the plan of backups %v", table.ID, enabled, selected[table.ID])
		}
	}
	for _, bucket := range b.Resources("AWS::S3::Bucket") {
		if bucket.Template.File != "infra/data.yaml" {
			continue // what it holds is built anew
		}
		versions, _ := bucket.Properties["VersioningConfiguration"].(blueprint.Map)
		if versions["Status"] != "Enabled" || bucket.Properties["ReplicationConfiguration"] == nil {
			t.Errorf("%s keeps no versions, or cannot be copied elsewhere", bucket.ID)
		}
	}
}

// TestFormerVersionsEnd: what was deleted does not stay for ever.
func TestFormerVersionsEnd(t *testing.T) {
	for _, bucket := range load(t).Resources("AWS::S3::Bucket") {
		if bucket.ID != "Media" {
			continue
		}
		days, marks := 0, false
		blueprint.Walk(bucket.Properties["LifecycleConfiguration"], func(m blueprint.Map) {
			if n, ok := m["NoncurrentDays"].(int); ok {
				days = n
			}
			if ended, ok := m["ExpiredObjectDeleteMarker"].(bool); ok {
				marks = ended
			}
		})
		if days != 7 || !marks {
			t.Errorf("former versions end after %d days, marks of deletion that hide nothing end: %v", days, marks)
		}
	}
}
