package main

import (
	"errors"
	"fmt"
	"net/mail"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/devotionalai/platform/infra/deploy/gradual"
)

// options are what whoever calls the command says. They come by the environment,
// in which make puts what stands behind its target: no shell reads them once more,
// so that quotes, spaces and brackets arrive as they were written.
type options struct {
	stage        string
	domain       string // the host that people open
	mail         string // sender and recipient of alarms
	region       string
	stack        string
	release      string // names the code in logs and GET /api/health
	set          string // further parameters, Name=Value
	shift        string // how callers are let over to new functions; "" is all at once, by aliases where there are some
	adopt        string // restored tables, "platform,directory", or "own"
	web          string // folder of a web app that is built already
	built        bool   // .aws-sam/build is what is deployed; nothing is built
	yes          bool   // nothing is asked
	allowReplace bool
	purge        bool
}

var (
	stageName = regexp.MustCompile(`^[a-z][a-z0-9]{1,15}$`) // as template.yaml has it
	hostName  = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
)

// readOptions reads them with get, which is os.Getenv.
func readOptions(get func(string) string) (options, error) {
	is := func(name string) bool { return get(name) != "" && get(name) != "0" }
	o := options{
		stage: get("STAGE"), domain: strings.ToLower(get("DOMAIN")), mail: get("MAIL"), region: get("REGION"), stack: get("STACK"),
		release: get("RELEASE"), set: get("SET"), shift: get("SHIFT"), adopt: get("ADOPT"), web: get("WEB"),
		built: is("BUILT"), yes: is("YES"), allowReplace: is("ALLOW_REPLACE"), purge: is("PURGE"),
	}
	if strings.HasPrefix(o.mail, "/") {
		o.mail = "" // a login shell's own MAIL, the file of a mailbox
	}
	if o.stage == "" {
		return o, errors.New("which stage? STAGE=production, STAGE=staging, STAGE=trial …")
	}
	if !stageName.MatchString(o.stage) {
		return o, fmt.Errorf("STAGE=%s is no stage: 2 to 16 small letters and digits, a letter first", o.stage)
	}
	if o.domain != "" && !hostName.MatchString(o.domain) {
		return o, fmt.Errorf("DOMAIN=%s is no host: give it without https:// and without a path", o.domain)
	}
	if o.shift != "" && !slices.Contains(gradual.Shifts(), o.shift) {
		return o, fmt.Errorf("SHIFT=%s is no way to let callers over: %s", o.shift, strings.Join(gradual.Shifts(), ", "))
	}
	if o.mail == "" {
		return o, nil
	}
	if a, err := mail.ParseAddress(o.mail); err != nil || a.Address != o.mail {
		return o, errors.New("MAIL is no mail address: give the address alone; a name goes into SET=\"MailFrom=Name <address>\"")
	}
	return o, nil
}

// atTerminal tells whether somebody sits there who can be asked. What a pipeline has
// instead, /dev/null, is a device of characters too.
func atTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nobody, err := os.Stat(os.DevNull)
	return err == nil && !os.SameFile(info, nobody)
}
