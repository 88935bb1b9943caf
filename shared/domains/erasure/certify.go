package erasure

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// notRecalled is what nobody can take back.
const notRecalled = "mail that was delivered, and videos that were published to the person's own channel"

// CertifyStep ends an erasure: the certificate goes into the locked bucket, then onto
// the receipt, in one write with the end of what the erasure itself was kept in.
type CertifyStep struct {
	Run
	Locked  Locked
	Backups time.Duration // how long a backup may still hold what was erased
	Replica bool          // the files are replicated to another bucket, which no step reaches
}

// Do may be repeated. The certificate that is in the locked bucket is the one.
func (s CertifyStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepCertify, func(ctx context.Context, e Erasure) (Step, error) {
		c := s.certificate(in, e)
		data, err := json.Marshal(c)
		if err != nil {
			return NothingNow, fmt.Errorf("write certificate: %w", err)
		}
		there, err := s.Locked.Put(ctx, string(archive.MonthOf(e.BegunAt)), e.ID, data)
		if err != nil {
			return NothingNow, err
		}
		if err := json.Unmarshal(there, &c); err != nil {
			return NothingNow, fmt.Errorf("read the certificate in the locked bucket: %w", err)
		}
		if c.Erasure != e.ID || c.Tenant != string(in.TenantID) {
			return NothingNow, fmt.Errorf("the locked bucket holds the certificate of erasure %q under the name of %q", c.Erasure, e.ID)
		}
		if e.Subject == Account { // before the account's own item goes: what comes later is asked by this
			if err := s.Locked.Mark(ctx, in.TenantID); err != nil {
				return NothingNow, err
			}
		}
		act := audit.New(s.Now(), audit.MemberErased, audit.Product, "", string(e.User))
		return NothingNow, s.Progress.Finish(ctx, in, e, c, act)
	})
}

// certificate is what this run can say now.
func (s CertifyStep) certificate(in workflow.Input, e Erasure) Certificate {
	now := s.Now().UTC().Truncate(time.Millisecond)
	told := e.Told
	if told == nil {
		told = []string{}
	}
	users := e.Users
	if users == nil {
		users = []string{}
	}
	stays := kept()
	if s.Replica && e.Subject == Account {
		stays = append(stays, inReplica())
	}
	return Certificate{
		Erasure: e.ID, Tenant: string(in.TenantID), Subject: e.Subject, Users: users,
		AskedAt: e.AskedAt, BegunAt: e.BegunAt, ErasedAt: now,
		Erased: e.Erased.Erasings(), Counts: e.Erased.Counts(), Kept: stays, Told: sorted(told),
		BackupsGone: now.Add(s.Backups), NotRecalled: notRecalled,
	}
}

// inReplica is what stays where the files are replicated: S3 repeats no deletion of a
// version there.
func inReplica() Keeping {
	return Keeping{
		What: "copies of files and of archives of exports, in the replica of the bucket", Ground: "none: they are still to be removed",
		Reason: "storage repeats no removal of a version in a replica, so that its operator removes them there",
		Until:  "removed by the operator, and then 7 days more as former versions",
	}
}

// kept is what stays, by the declaration, but for what is nobody's: for good, or until
// it ends by itself.
func kept() []Keeping {
	var all []Keeping
	for _, p := range privacy.Declaration() {
		switch {
		case p.Owner == privacy.Nobody:
		case p.Erasure == privacy.Kept:
			all = append(all, Keeping{What: p.What, Ground: p.Kept.Ground, Reason: p.Kept.Reason, Until: p.Kept.Until})
		case p.Erasure == privacy.ByExpiry && p.Personal():
			ground, _ := p.Basis()
			all = append(all, Keeping{What: p.What, Ground: string(ground), Reason: p.Why, Until: "gone by itself, " + p.Ends()})
		}
	}
	return all
}
