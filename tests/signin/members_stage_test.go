package signin_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// addMembers puts the functions of members behind the mux.
func addMembers(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client, tokens *auth.Tokens, mail auth.Mailer) error {
	members := &auth.Members{Store: dynamo.NewMembers(store), Now: rt.Now}
	inviter := &auth.Inviter{Store: dynamo.NewInvitations(store), Mail: mail, AppURL: c.AppURL, Now: rt.Now}
	newcomers := erasure.Newcomers{Book: dynamo.NewErasures(store), Mail: mail, AppURL: c.AppURL, Warn: rt.Warn}
	joiner := &auth.Joiner{Store: dynamo.NewJoins(store), Tokens: tokens, Now: rt.Now, Joined: newcomers.Joined}
	// Two rows of one path are two functions.
	methods := map[string]*http.ServeMux{"GET": http.NewServeMux(), "POST": http.NewServeMux(), "PATCH": http.NewServeMux(), "DELETE": http.NewServeMux()}
	for _, path := range []string{membersPath, membersPath + "/", invitationsPath, invitationsPath + "/"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { methods[r.Method].ServeHTTP(w, r) })
	}
	return errors.Join(
		add(methods["GET"], rt, c, httpapi.MemberList, httpapi.ListMembers(members)),
		add(methods["PATCH"], rt, c, httpapi.MemberUpdate, httpapi.UpdateMember(members)),
		add(methods["DELETE"], rt, c, httpapi.MemberRemove, httpapi.RemoveMember(members)),
		add(methods["DELETE"], rt, c, httpapi.MemberLeave, httpapi.LeaveAccount(members)),
		add(methods["POST"], rt, c, httpapi.MemberInvite, httpapi.InviteMember(inviter)),
		add(methods["GET"], rt, c, httpapi.InvitationList, httpapi.ListInvitations(inviter)),
		add(methods["DELETE"], rt, c, httpapi.InvitationRevoke, httpapi.RevokeInvitation(inviter)),
		add(mux, rt, c, httpapi.InvitationAccept, httpapi.AcceptInvitation(joiner, c.Signing.SecureCookies)),
	)
}

const membersPath, invitationsPath = "/api/account/members", "/api/account/invitations"

// as makes a call of the person.
func (a *app) as(p person, method, target, body string, headers ...string) answer {
	a.t.Helper()
	return a.call(method, target, body, append([]string{"Authorization", "Bearer " + p.text("access_token")}, headers...)...)
}

func (a *app) invite(by person, address, role string, headers ...string) answer {
	a.t.Helper()
	return a.as(by, "POST", membersPath, fmt.Sprintf(`{"email":%q,"role":%q}`, address, role), headers...)
}

func (a *app) accept(token string) answer {
	a.t.Helper()
	return a.call("POST", "/api/auth/invitations/accept", fmt.Sprintf(`{"token":%q}`, token))
}

func (a *app) remove(by person, user string) answer {
	a.t.Helper()
	return a.as(by, "DELETE", membersPath+"/"+user, "")
}

func (a *app) leave(by person) answer {
	a.t.Helper()
	return a.as(by, "DELETE", membersPath+"/me", "")
}

func (a *app) setRole(by person, user, role string) answer {
	a.t.Helper()
	return a.as(by, "PATCH", membersPath+"/"+user, fmt.Sprintf(`{"role":%q}`, role))
}

// payer is somebody signed in whose plan has members.
func (s *stage) payer() person {
	s.Helper()
	p := s.person()
	s.setTenant(p, "plan", text("pro"))
	return p
}

func (s *stage) setTenant(p person, name string, value types.AttributeValue) {
	s.Helper()
	_, err := dynamodb.NewFromConfig(s.AWS).UpdateItem(s.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: map[string]types.AttributeValue{"pk": text("T#" + p.tenant), "sk": text("TENANT")},
		UpdateExpression: aws.String("SET #a = :v"), ExpressionAttributeNames: map[string]string{"#a": name},
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": value},
	})
	if err != nil {
		s.Fatal(err)
	}
}

// invitation is the token of the newest invitation that was mailed to address.
func (s *stage) invitation(address string) string {
	s.Helper()
	mails := s.mails(address)
	for i := len(mails) - 1; i >= 0; i-- {
		for line := range strings.SplitSeq(mails[i].BodyText, "\n") {
			if token, ok := strings.CutPrefix(line, appURL+"/invitation#token="); ok {
				return token
			}
		}
	}
	s.Fatal("no invitation came")
	return ""
}

// joined invites somebody new, who accepts.
func (s *stage) joined(by person, role string) person {
	s.Helper()
	p := person{address: address()}
	s.invite(by, p.address, role).expect(s, 201, "")
	return s.accepted(p.address)
}

// accepted lets the address accept its newest invitation.
func (s *stage) accepted(address string) person {
	s.Helper()
	p := person{address: address, answer: s.accept(s.invitation(address)).expect(s, 200, "")}
	user := p.body["user"].(map[string]any)
	p.tenant, p.user = user["tenant_id"].(string), user["user_id"].(string)
	return p
}

// settle checks what must hold of a tenant at any time: each address signs in to
// the active user that has it and to no other, and the owners that the tenant
// names are those whose role it is, one at least.
func (s *stage) settle(t testing.TB, tenantID string) (owners, members []string) {
	t.Helper()
	out, err := dynamodb.NewFromConfig(s.AWS).Scan(s.Context(), &dynamodb.ScanInput{TableName: aws.String(s.Platform), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, it := range out.Items {
		pk, sk := attribute(it, "pk"), attribute(it, "sk")
		user, isUser := strings.CutPrefix(sk, "USER#")
		switch {
		case pk == "T#"+tenantID && sk == "TENANT":
			if set, ok := it["owners"].(*types.AttributeValueMemberSS); ok {
				named = set.Value
			}
		case pk == "A#"+tenantID && isUser && attribute(it, "member_status") == "active":
			members = append(members, user)
			if attribute(it, "role") == "owner" {
				owners = append(owners, user)
			}
			if got := s.signsIn(t, attribute(it, "email")); got != tenantID+"/"+user {
				t.Errorf("the address of %s signs in to %q", user, got)
			}
		}
	}
	if len(owners) == 0 || strings.Join(sortedCopy(owners), ",") != strings.Join(sortedCopy(named), ",") {
		t.Errorf("owners by role: %v, by the tenant: %v", owners, named)
	}
	return owners, members
}

// signsIn is tenant and user that an address signs in to; "" for nobody.
func (s *stage) signsIn(t testing.TB, address string) string {
	t.Helper()
	out, err := dynamodb.NewFromConfig(s.AWS).GetItem(s.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(s.Directory), Key: map[string]types.AttributeValue{"pk": text("ADDR#" + address)}, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Item == nil {
		return ""
	}
	return attribute(out.Item, "tenant") + "/" + attribute(out.Item, "user")
}

func attribute(it map[string]types.AttributeValue, name string) string {
	v, _ := it[name].(*types.AttributeValueMemberS)
	if v == nil {
		return ""
	}
	return v.Value
}

// audited counts the entries of an act in the trail of all tenants.
func (s *stage) audited(action string) int {
	s.Helper()
	return strings.Count(s.items(s.Platform), `"action":{"Value":"`+action+`"}`)
}

// withoutOwners makes the account one from before owners were kept.
func (s *stage) withoutOwners(p person) {
	s.Helper()
	_, err := dynamodb.NewFromConfig(s.AWS).UpdateItem(s.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: map[string]types.AttributeValue{"pk": text("T#" + p.tenant), "sk": text("TENANT")},
		UpdateExpression: aws.String("REMOVE #a"), ExpressionAttributeNames: map[string]string{"#a": "owners"},
	})
	if err != nil {
		s.Fatal(err)
	}
}
