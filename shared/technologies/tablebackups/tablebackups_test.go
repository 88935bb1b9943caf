package tablebackups

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/problem"
)

const (
	table = "arn:aws:dynamodb:us-east-1:000000000000:table/platform"
	day   = 1_800_000_000 // when the answers below were made, in seconds
)

// answers is both services, as far as they are told; everything else is denied.
func answers(t *testing.T, told map[string]string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, asked, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if asked == "" {
			asked = r.URL.Path
		}
		if body, ok := told[asked]; ok {
			fmt.Fprint(w, body)
			return
		}
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"arn:aws:sts::1:assumed-role/x is not authorized"}`)
	}))
	t.Cleanup(server.Close)
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("k", "s", "")}
}

const (
	recoveryPoints = "/resources/" + table + "/recovery-points"
	thePlan        = "/backup/plans/p1"
)

func backups(ages ...int) string {
	var all []string
	for _, age := range ages {
		all = append(all, fmt.Sprintf(`{"BackupCreationDateTime":%d,"BackupStatus":"AVAILABLE"}`, day-age))
	}
	all = append(all, fmt.Sprintf(`{"BackupCreationDateTime":%d,"BackupStatus":"CREATING"}`, day))
	return `{"BackupSummaries":[` + strings.Join(all, ",") + `]}`
}

func points(ages ...int) string {
	var all []string
	for _, age := range ages {
		all = append(all, fmt.Sprintf(`{"CreationDate":%d,"Status":"COMPLETED"}`, day-age))
	}
	all = append(all, fmt.Sprintf(`{"CreationDate":%d,"Status":"PARTIAL"}`, day))
	return `{"RecoveryPoints":[` + strings.Join(all, ",") + `]}`
}

func TestTheNewestFinishedBackupOfBothServicesCounts(t *testing.T) {
	for name, c := range map[string]struct {
		plan string
		told map[string]string
		want int // seconds before day; -1 for none
		fail bool
	}{
		"a table's own":         {"", map[string]string{"ListBackups": backups(30, 20, 40)}, 20, false},
		"a vault's":             {"p1", map[string]string{"ListBackups": backups(30), recoveryPoints: points(50, 10)}, 10, false},
		"older in a vault":      {"p1", map[string]string{"ListBackups": backups(5), recoveryPoints: points(10)}, 5, false},
		"none":                  {"p1", map[string]string{"ListBackups": backups(), recoveryPoints: points()}, -1, false},
		"vaults are denied":     {"p1", map[string]string{"ListBackups": backups(30)}, -1, true},
		"tables are denied":     {"p1", map[string]string{recoveryPoints: points(10)}, -1, true},
		"more than can be read": {"", map[string]string{"ListBackups": `{"BackupSummaries":[],"LastEvaluatedBackupArn":"` + strings.Repeat("a", 40) + `"}`}, -1, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := New(answers(t, c.told), c.plan).LastBackup(t.Context(), table)
			if (err != nil) != c.fail {
				t.Fatalf("%v", err)
			}
			want := time.Time{}
			if c.want >= 0 {
				want = time.Unix(int64(day-c.want), 0)
			}
			if !got.Equal(want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestHowFarBackAndWhenNext(t *testing.T) {
	on := fmt.Sprintf(`{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED","EarliestRestorableDateTime":%d}}}`, day)
	s := New(answers(t, map[string]string{
		"DescribeContinuousBackups": on,
		thePlan:                     `{"BackupPlan":{"BackupPlanName":"tables","Rules":[{"RuleName":"tables","ScheduleExpression":"cron(0 3 * * ? *)"}]}}`,
	}), "p1")
	if at, err := s.EarliestRestore(t.Context(), table); err != nil || !at.Equal(time.Unix(day, 0)) {
		t.Errorf("%v %v", at, err)
	}
	if schedule, err := s.Schedule(t.Context()); err != nil || schedule != "cron(0 3 * * ? *)" {
		t.Errorf("%q %v", schedule, err)
	}
	off := New(answers(t, map[string]string{"DescribeContinuousBackups": strings.Replace(on, `Status":"ENABLED","Earliest`, `Status":"DISABLED","Earliest`, 1)}), "")
	if at, err := off.EarliestRestore(t.Context(), table); err != nil || !at.IsZero() {
		t.Errorf("switched off: %v %v", at, err)
	}
	if schedule, err := off.Schedule(t.Context()); err != nil || schedule != "" {
		t.Errorf("without a plan: %q %v", schedule, err)
	}
	denied := New(answers(t, nil), "p1")
	_, err := denied.EarliestRestore(t.Context(), table)
	if !problem.Is(err, problem.Internal) || strings.Contains(err.Error(), "arn:") {
		t.Errorf("the log gets what the service wrote: %v", err)
	}
	if _, err := denied.Schedule(t.Context()); err == nil {
		t.Error("a plan that may not be read is read")
	}
}
