package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/stages"
)

func TestOptions(t *testing.T) {
	for variables, says := range map[string]string{
		"":                 "which stage",
		"STAGE=Production": "no stage",
		"STAGE=a":          "no stage",
		"STAGE=trial DOMAIN=https://devotional.example.com":                              "no host",
		"STAGE=trial DOMAIN=localhost":                                                   "no host",
		"STAGE=trial SHIFT=Canary10":                                                     "Canary10Percent5Minutes",
		"STAGE=trial SHIFT=Canary10Percent5Minutes":                                      "",
		"STAGE=trial MAIL=owner":                                                         "no mail address",
		"STAGE=trial MAIL=/var/mail/root":                                                "",
		"STAGE=trial MAIL=owner@example.com DOMAIN=Devotional.Example.com YES=1 PURGE=0": "",
	} {
		all := map[string]string{}
		for _, v := range strings.Fields(variables) {
			name, value, _ := strings.Cut(v, "=")
			all[name] = value
		}
		o, err := readOptions(func(name string) string { return all[name] })
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", variables, err)
		}
		if says == "" && (strings.HasPrefix(o.mail, "/") || o.domain != strings.ToLower(o.domain) || o.purge) {
			t.Errorf("%s is read as %+v", variables, o)
		}
	}
}

// TestAStacksNameIsBounded: before anything is built, not by AWS in the middle of a
// deployment.
func TestAStacksNameIsBounded(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	t.Setenv("STAGE", "trial")
	for name, says := range map[string]string{
		strings.Repeat("s", stages.LongestStack):   "",
		strings.Repeat("s", stages.LongestStack+1): "31 characters, at most 30",
		"devotional_trial":                         "no name of a stack",
		"Devotional":                               "no name of a stack",
	} {
		t.Setenv("STACK", name)
		_, err := prepare(nil, io.Discard)
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReplacedTablesAreLosses(t *testing.T) {
	set := &changeSet{changes: []change{
		{"Data/Platform", "AWS::DynamoDB::Table", "Modify", "True"},
		{"Data/Media", "AWS::S3::Bucket", "Remove", ""},
		{"Data/Directory", "AWS::DynamoDB::Table", "Modify", "False"},
		{"Edge/Web", "AWS::S3::Bucket", "Modify", "Conditional"},
		{"Api", "AWS::ApiGatewayV2::Api", "Modify", "True"},
		{"New", "AWS::S3::Bucket", "Add", ""},
	}}
	var lost []string
	for _, c := range set.losses() {
		lost = append(lost, c.path)
	}
	if strings.Join(lost, " ") != "Data/Platform Data/Media" {
		t.Errorf("losses: %v", lost)
	}
	var out strings.Builder
	set.show(&out)
	for _, line := range []string{"replace       2  Api Data/Platform", "may replace   1  Edge/Web", "remove        1  Data/Media", "add           1  New"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not shown in\n%s", line, &out)
		}
	}
}

// TestNobodyIsAskedInAPipeline: neither a closed pipe nor /dev/null can answer.
func TestNobodyIsAskedInAPipeline(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	for _, in := range []*os.File{null, read} {
		if yes, err := agreed(in, io.Discard, options{}, "Really?"); !yes || err != nil {
			t.Errorf("%s was asked: %v %v", in.Name(), yes, err)
		}
	}
}
