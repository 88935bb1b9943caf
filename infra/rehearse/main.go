// Command rehearse says what an account and this machine lack for a deployment, each
// thing with the command that gets it, and which parameters suit the account's
// quotas: make rehearse STAGE=production DOMAIN=devotionalai.example MAIL=address. It
// takes what make deploy takes, and changes nothing. It exits 1 when something lacks without which there is no product.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/devotionalai/platform/infra/stages"
)

const (
	callTimeout = 20 * time.Second // of one thing that is looked at
	attempts    = 2                // of a call; nobody waits for a third
	// fallback is where make deploy goes when nobody says where.
	fallback = "us-east-1"
)

func main() {
	var w wish
	flag.StringVar(&w.Stage, "stage", "", "which installation")
	flag.StringVar(&w.Stack, "stack", "", "name of its stack; without it samconfig.toml's, or devotional-<stage>")
	flag.StringVar(&w.Domain, "domain", "", "host that people will reach it by; without it the stack's, or CloudFront's own name")
	flag.StringVar(&w.Mail, "mail", "", "sender of its mails; without it MailFrom of SET, of samconfig.toml or of the stack")
	flag.StringVar(&w.Region, "region", "", "where; without it samconfig.toml's, or AWS_REGION")
	flag.Parse()
	w.Set = os.Getenv("SET") // as make deploy reads it: no shell does so once more
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := rehearse(ctx, os.Stdout, w); err != nil {
		fmt.Fprintln(os.Stderr, "make rehearse:", err)
		os.Exit(1)
	}
}

func rehearse(ctx context.Context, out io.Writer, w wish) error {
	if err := w.complete(); err != nil {
		return err
	}
	all, err := stages.Parameters("template.yaml")
	if err != nil {
		return err
	}
	own, err := stages.ReadSection("samconfig.toml", w.Stage)
	if err != nil {
		return err
	}
	set, err := stages.ReadSet(w.Set, stages.Names(all))
	if err != nil {
		return err
	}
	w.Stack = cmp.Or(w.Stack, own.Stack)
	if err := stages.CheckStack(w.Stack); err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(attempts))
	if err != nil {
		return fmt.Errorf("load AWS settings: %w", err)
	}
	cfg.Region = cmp.Or(w.Region, own.Region, cfg.Region)
	maps.Copy(own.Parameters, set)
	p := known(ctx, place{AWS: cfg, Wish: w, Given: own.Parameters, Defaults: defaultsOf(all), Resolver: net.DefaultResolver, Program: exec.LookPath, Root: "."})
	return report(out, p.Wish, look(ctx, p))
}

// wish is what is to be deployed.
type wish struct{ Stage, Stack, Domain, Mail, Region, Set string }

// complete checks what was given, as infra/deploy/options.go does.
func (w *wish) complete() error {
	if !regexp.MustCompile(`^[a-z][a-z0-9]{1,15}$`).MatchString(w.Stage) || w.Stage == "local" {
		return errors.New("which stage? make rehearse STAGE=production MAIL=no-reply@devotionalai.example")
	}
	w.Domain = strings.ToLower(w.Domain)
	if w.Domain != "" && !regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`).MatchString(w.Domain) {
		return errors.New("DOMAIN is no host: give it without https:// and without a path")
	}
	if strings.HasPrefix(w.Mail, "/") {
		w.Mail = "" // a login shell's own, the file of a mailbox
	}
	if w.Mail == "" {
		return nil
	}
	if a, err := mail.ParseAddress(w.Mail); err != nil || a.Address != w.Mail {
		return errors.New("MAIL is no mail address: give the address alone; a name goes into SET=\"MailFrom=Name <address>\"")
	}
	return nil
}
