package main

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/tests/harness"
)

// TestAgainstTheEmulator looks at an account of services that work, before and after
// the commands that are given. The emulator has no Polly and no quotas.
func TestAgainstTheEmulator(t *testing.T) {
	e := harness.Start(t)
	p := wholeAt(t, nil)
	p.AWS = e.AWS
	p.AWS.RetryMaxAttempts = attempts
	id := strings.ToLower(rand.Text())
	p.Wish = wish{Stage: "t" + id[len(id)-10:], Stack: "devotional-" + id[len(id)-10:], Domain: id + ".example", Mail: "no-reply@" + id + ".example"}
	if err := p.Wish.complete(); err != nil {
		t.Fatal(err)
	}
	p = known(t.Context(), p)
	expect := func(when string, want map[string]state) {
		t.Helper()
		for _, c := range checks() {
			if want[c.Name] == "" {
				continue
			}
			if f := withLimit(t.Context(), p, c); f.State != want[c.Name] {
				t.Errorf("%s, %s is %s: %s", when, c.Name, f.State, f.Said)
			}
		}
	}
	expect("in an empty account", map[string]state{"credentials": ok, "stack": ok, "secrets": ok, "sender": lacks, "certificate": less, "alias": ok, "address": ok})

	// The commands that are given for these three.
	_, err := sesv2.NewFromConfig(p.AWS).CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(p.Wish.Domain)})
	harness.Must(t, err)
	east := acm.NewFromConfig(p.AWS, func(o *acm.Options) { o.Region = "us-east-1" })
	_, err = east.RequestCertificate(t.Context(), &acm.RequestCertificateInput{DomainName: aws.String(p.Wish.Domain), ValidationMethod: "DNS"})
	harness.Must(t, err)
	expect("after its commands", map[string]state{"certificate": ok})

	// A secret of the stage is on its way out.
	store, name := secretsmanager.NewFromConfig(p.AWS), aws.String(settings.SigningSecret(p.Wish.Stage))
	_, err = store.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: name, SecretString: aws.String(strings.Repeat("s", 32))})
	harness.Must(t, err)
	_, err = store.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: name})
	harness.Must(t, err)
	expect("with a secret on its way out", map[string]state{"secrets": less})
	_, err = store.RestoreSecret(t.Context(), &secretsmanager.RestoreSecretInput{SecretId: name})
	harness.Must(t, err)
	expect("with the secret back", map[string]state{"secrets": ok})
}
