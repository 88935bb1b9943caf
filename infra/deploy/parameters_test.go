package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/tests/blueprint"
)

func template(t *testing.T) []stages.Parameter {
	t.Helper()
	all, err := stages.Parameters(filepath.Join(blueprint.Root(), "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("template.yaml has %d parameters: this reads nothing", len(all))
	}
	return all
}

// arrives answers the parameters as CloudFormation gets them: parsed again from the
// form that the SDK sends. A value that is to stay is "previous".
func arrives(t *testing.T, before *deployed, parameters []types.Parameter) map[string]string {
	t.Helper()
	got := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		form, formErr := url.ParseQuery(string(raw))
		if err != nil || formErr != nil || form.Get("Action") != "CreateChangeSet" {
			http.Error(w, "<ErrorResponse><Error><Code>Stop</Code><Message>stop</Message></Error></ErrorResponse>", http.StatusBadRequest)
			return
		}
		for key := range form {
			if member, ok := strings.CutSuffix(key, ".ParameterKey"); ok {
				value := form.Get(member + ".ParameterValue")
				if form.Get(member+".UsePreviousValue") == "true" {
					value = "previous"
				}
				got[form.Get(key)] = value
			}
		}
		http.Error(w, "<ErrorResponse><Error><Code>Stop</Code><Message>stop</Message></Error></ErrorResponse>", http.StatusBadRequest)
	}))
	defer server.Close()
	f := newFormation(account{AWS: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, Endpoint: server.URL}, "devotional-trial")
	if _, err := f.propose(t.Context(), before, server.URL+"/template", parameters, map[string]string{"stage": "trial"}); err == nil {
		t.Fatal("a stand-in that refuses all was taken for CloudFormation")
	}
	return got
}

// made is what the command gives by itself for a first deployment.
func made() map[string]string {
	return map[string]string{
		"Stage": "trial", "Mode": "aws", "AppUrl": "https://devotional.example.com", "CertificateArn": "arn:aws:acm:us-east-1:1:certificate/x",
		"JwtSecretArn": "arn:aws:secretsmanager:us-east-1:1:secret:devotional/trial/jwt-AbCdEf", "OriginSecret": strings.Repeat("s", 64), "OriginSecretOther": "",
		"MailFrom": "owner@example.com", "AlarmMail": "owner@example.com", "TablesProtected": "false",
	}
}

// TestParametersArriveAsTheyWereWritten: whole, whatever signs a value has, each one
// declared, and none missing that has no default.
func TestParametersArriveAsTheyWereWritten(t *testing.T) {
	all := template(t)
	json := `{"keys": ["a b", "c=d"], "say": "it's \"so\" & <so>"}`
	set, err := stages.ReadSet(`BillingContactUrl=`+json+` BackupSchedule=cron(0 5 * * ? *) MailFrom=Devotional, AI <no-reply@example.com>  SentryDsn=https://k@sentry.example/1?a=b&c=d`, stages.Names(all))
	if err != nil {
		t.Fatal(err)
	}
	given := made()
	delete(given, "MailFrom")
	list, err := sources{made: given, set: set, section: map[string]string{"LogRetentionDays": "90"}}.choose(all)
	if err != nil {
		t.Fatal(err)
	}
	got := arrives(t, nil, list)
	want := made()
	want["BillingContactUrl"], want["BackupSchedule"], want["LogRetentionDays"] = json, "cron(0 5 * * ? *)", "90"
	want["MailFrom"], want["SentryDsn"] = "Devotional, AI <no-reply@example.com>", "https://k@sentry.example/1?a=b&c=d"
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s arrives as %q, not %q", name, got[name], value)
		}
	}
	for _, d := range all {
		if _, arrived := got[d.Name]; !arrived && !d.Optional {
			t.Errorf("%s has no default and does not arrive", d.Name)
		}
		delete(got, d.Name)
	}
	if len(got) > 0 {
		t.Errorf("template.yaml does not declare %v", got)
	}
}

// TestWhatAStackHasStays: a second deployment that is told nothing changes nothing
// that somebody chose; what nobody chose follows the template.
func TestWhatAStackHasStays(t *testing.T) {
	all := template(t)
	existing, former := map[string]string{}, map[string]string{}
	for _, d := range all {
		existing[d.Name] = d.Default
		if d.Optional {
			former[d.Name] = d.Default
		}
	}
	for name, value := range made() {
		existing[name] = value
	}
	existing["LogRetentionDays"], existing["SentryDsn"] = "7", "****"
	former["BedrockImageModel"], existing["BedrockImageModel"] = "an.old-model", "an.old-model"
	s := sources{made: map[string]string{"Stage": "trial", "TablesProtected": "true"}, existing: existing, former: former}
	list, err := s.choose(all)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.values(all)
	if old, there := values["BedrockImageModel"]; err != nil || there || values["LogRetentionDays"] != "7" || values["TablesProtected"] != "true" {
		t.Errorf("what the stack will have is %v (%q), %v", values, old, err)
	}
	got := arrives(t, &deployed{}, list)
	for name, value := range map[string]string{
		"LogRetentionDays": "previous", "SentryDsn": "previous", "MailFrom": "previous", "AppUrl": "previous", "OriginSecret": "previous",
		"JwtSecretArn": "previous", "CertificateArn": "previous", "TablesProtected": "true",
	} {
		if got[name] != value {
			t.Errorf("%s arrives as %q, not %q", name, got[name], value)
		}
	}
	for _, name := range []string{"BedrockImageModel", "QuotaImagesCount"} {
		if value, arrives := got[name]; arrives {
			t.Errorf("nobody chose %s, and it arrives as %q", name, value)
		}
	}
	if stays := kept(list, all); strings.Join(stays, " ") != "CertificateArn AlarmMail LogRetentionDays" && strings.Join(stays, " ") != "CertificateArn LogRetentionDays AlarmMail" {
		t.Errorf("said to stay: %v", stays)
	}
}

// TestRefusedParameters: what would be left out in silence, or is not for people to
// give, is refused before anything is built.
func TestRefusedParameters(t *testing.T) {
	all := template(t)
	for set, says := range map[string]string{
		"LogRetentionDay=7":                          `"LogRetentionDay"`,
		"LogRetentionDays=7 BackupScedule=cron(1)":   "BackupScedule",
		"LogRetentionDays=7 LogRetentionDays=14":     "twice",
		"OriginSecret=" + strings.Repeat("x", 40):    "OriginSecret",
		"TablesProtected=false":                      "TablesProtected",
		"PlatformTableAdopted=arn:aws:dynamodb:::t/": "PlatformTableAdopted",
	} {
		given, err := stages.ReadSet(set, stages.Names(all))
		if err == nil {
			from := made()
			from["TablesProtected"] = "true"
			_, err = sources{made: from, set: given}.choose(all)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("SET=%q: %v", set, err)
		}
	}
	given := made()
	delete(given, "JwtSecretArn")
	if _, err := (sources{made: given}).choose(all); err == nil || !strings.Contains(err.Error(), "JwtSecretArn") {
		t.Errorf("without JwtSecretArn: %v", err)
	}
}

// TestEveryStageOfSamconfigCanBeDeployed: its section and what the command gives are
// all that the template needs, and a stage without a section goes as well.
func TestEveryStageOfSamconfigCanBeDeployed(t *testing.T) {
	file, all := filepath.Join(blueprint.Root(), "samconfig.toml"), template(t)
	for _, stage := range []string{"staging", "production", "trial"} {
		s, err := stages.ReadSection(file, stage)
		if err != nil {
			t.Fatal(err)
		}
		if s.Stack != "devotional-"+stage {
			t.Errorf("%s is the stack %s", stage, s.Stack)
		}
		given := made()
		given["Stage"] = stage
		if s.Parameters["Mode"] != "" {
			delete(given, "Mode")
		}
		if _, err := (sources{made: given, section: s.Parameters}).choose(all); err != nil {
			t.Errorf("%s: %v", stage, err)
		}
	}
	wrong := filepath.Join(t.TempDir(), "samconfig.toml")
	if err := os.WriteFile(wrong, []byte("[trial.deploy.parameters]\nparameter_overrides = \"A=1 B=2\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := stages.ReadSection(wrong, "trial"); err == nil {
		t.Error("overrides that are no list were read")
	}
}
