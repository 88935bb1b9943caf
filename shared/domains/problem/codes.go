package problem

// Code is a stable, public error code. Each has a row in the table below, a
// page docs/errors/<code>.md and a test; a structure test holds the three together.
type Code string

// The public error codes.
const (
	InvalidInput        Code = "invalid_input"
	InvalidCursor       Code = "invalid_cursor"
	MalformedBody       Code = "malformed_body"
	BodyTooLarge        Code = "body_too_large"
	UnsupportedMedia    Code = "unsupported_media_type"
	NotFound            Code = "not_found"
	RouteNotFound       Code = "route_not_found"
	MethodNotAllowed    Code = "method_not_allowed"
	Unauthenticated     Code = "unauthenticated"
	LinkInvalid         Code = "link_invalid"
	SessionEnded        Code = "session_ended"
	InvitationInvalid   Code = "invitation_invalid"
	AddressInUse        Code = "address_in_use"
	AlreadyMember       Code = "already_member"
	LastOwner           Code = "last_owner"
	TooManyMembers      Code = "too_many_members"
	TooManyKeys         Code = "too_many_keys"
	SubscriptionExists  Code = "subscription_exists"
	NoSubscription      Code = "no_subscription"
	PlanByContact       Code = "plan_by_contact"
	PlanGranted         Code = "plan_granted"
	BillingNotSetUp     Code = "billing_not_set_up"
	PaymentFailed       Code = "payment_failed"
	WebhookInvalid      Code = "webhook_invalid"
	YouTubeNotConnected Code = "youtube_not_connected"
	YouTubeNotSetUp     Code = "youtube_not_set_up"
	YouTubeRefused      Code = "youtube_refused"
	PublishFailed       Code = "publish_failed"
	CrossSite           Code = "cross_site_request"
	Forbidden           Code = "forbidden"
	FeatureNotInPlan    Code = "feature_not_in_plan"
	QuotaExceeded       Code = "quota_exceeded"
	RateLimited         Code = "rate_limited"
	TooManyJobs         Code = "too_many_jobs"
	TooBusy             Code = "too_busy"
	PreconditionFailed  Code = "precondition_failed"
	PreconditionMissing Code = "precondition_required"
	ProjectNotReady     Code = "project_not_ready"
	VideoTooLong        Code = "video_too_long"
	JobNotCancelable    Code = "job_not_cancelable"
	JobNotRetryable     Code = "job_not_retryable"
	JobStillRunning     Code = "job_still_running"
	Conflict            Code = "conflict"
	UploadMissing       Code = "upload_missing"
	UploadRejected      Code = "upload_rejected"

	SignInAgain    Code = "sign_in_again"
	ExportRunning  Code = "export_running"
	ErasurePending Code = "erasure_pending"
	ErasureBegun   Code = "erasure_begun"

	IdempotencyKeyReused  Code = "idempotency_key_reused"
	IdempotencyInProgress Code = "idempotency_in_progress"

	ImageTimeout      Code = "image_timeout"
	ImageFailed       Code = "image_failed"
	PromptRefused     Code = "prompt_refused"
	ServiceBusy       Code = "service_busy"
	SpeechFailed      Code = "speech_failed"
	EncodeStalled     Code = "encode_stalled"
	EncodeFailed      Code = "encode_failed"
	StorageFull       Code = "storage_full"
	RenderInterrupted Code = "render_interrupted"
	Canceled          Code = "canceled"
	MailFailed        Code = "mail_failed"
	MailNotSetUp      Code = "mail_not_set_up"
	Unavailable       Code = "unavailable"
	Internal          Code = "internal"
)

// Row is what a code means at the edge.
type Row struct {
	Status int    // HTTP status
	Title  string // short, constant, for a person
}

// rows is the one table from code to status and title.
var rows = map[Code]Row{
	InvalidInput:        {400, "The input is not valid"},
	InvalidCursor:       {400, "The page cursor is not valid"},
	MalformedBody:       {400, "The body is not valid JSON"},
	BodyTooLarge:        {413, "The body is too large"},
	UnsupportedMedia:    {415, "The body is not JSON"},
	NotFound:            {404, "Not found"},
	RouteNotFound:       {404, "No such endpoint"},
	MethodNotAllowed:    {405, "Method not allowed"},
	Unauthenticated:     {401, "Sign in first"},
	LinkInvalid:         {401, "This sign-in link no longer works"},
	SessionEnded:        {401, "The session has ended"},
	InvitationInvalid:   {401, "This invitation no longer works"},
	AddressInUse:        {409, "The address has an account of its own"},
	AlreadyMember:       {409, "The address is a member already"},
	LastOwner:           {409, "The account needs an owner"},
	TooManyMembers:      {409, "The account has as many members and invitations as it may"},
	TooManyKeys:         {409, "The account has as many API keys as it may"},
	SubscriptionExists:  {409, "The account has a subscription already"},
	NoSubscription:      {409, "The account has no subscription"},
	PlanByContact:       {409, "This plan is by agreement"},
	PlanGranted:         {409, "The account's plan was agreed already"},
	BillingNotSetUp:     {409, "Billing is not set up here"},
	PaymentFailed:       {502, "The payment service did not answer as it should"},
	WebhookInvalid:      {400, "The event is not the payment service's"},
	YouTubeNotConnected: {409, "No YouTube channel is connected"},
	YouTubeNotSetUp:     {409, "Publishing to YouTube is not set up here"},
	YouTubeRefused:      {409, "YouTube did not agree"},
	PublishFailed:       {502, "YouTube did not take the video"},
	CrossSite:           {403, "The request came from another site"},
	Forbidden:           {403, "Not allowed"},
	FeatureNotInPlan:    {403, "Not in your plan"},
	QuotaExceeded:       {402, "The plan's quota is used up"},
	RateLimited:         {429, "Too many requests"},
	TooManyJobs:         {429, "Too many renders at once"},
	TooBusy:             {429, "Too much is being rendered right now"},
	PreconditionFailed:  {412, "It has changed since you read it"},
	PreconditionMissing: {428, "If-Match is required"},
	ProjectNotReady:     {409, "The project cannot be rendered yet"},
	VideoTooLong:        {409, "The video would be too long"},
	JobNotCancelable:    {409, "The job has already ended"},
	JobNotRetryable:     {409, "The job cannot be retried"},
	JobStillRunning:     {409, "The job is still running"},
	Conflict:            {409, "Somebody changed this at the same time"},
	UploadMissing:       {409, "The file has not arrived yet"},
	UploadRejected:      {422, "The file cannot be used"},

	SignInAgain:    {403, "Sign in again first"},
	ExportRunning:  {409, "An export is being made already"},
	ErasurePending: {409, "The account is to be erased"},
	ErasureBegun:   {409, "The erasure has begun"},

	IdempotencyKeyReused:  {422, "The Idempotency-Key was used for another request"},
	IdempotencyInProgress: {409, "The first request with this Idempotency-Key is still running"},

	ImageTimeout:      {408, "The picture took too long"},
	ImageFailed:       {502, "The picture could not be made"},
	PromptRefused:     {422, "The picture's description was refused"},
	ServiceBusy:       {503, "The service that makes pictures or voices is busy"},
	SpeechFailed:      {502, "The narration could not be made"},
	EncodeStalled:     {504, "The video encoder stopped responding"},
	EncodeFailed:      {500, "The video could not be encoded"},
	StorageFull:       {507, "Out of disk space"},
	RenderInterrupted: {500, "The render was interrupted"},
	Canceled:          {409, "Canceled"},
	MailFailed:        {503, "The mail could not be sent"},
	MailNotSetUp:      {409, "Mail to this address is not set up here"},
	Unavailable:       {503, "Temporarily unavailable"},
	Internal:          {500, "Something failed on our side"},
}

// Status returns the HTTP status of a code; an unknown code is a 500.
func Status(c Code) int { return row(c).Status }

// Title returns the constant title of a code.
func Title(c Code) string { return row(c).Title }

// OperatorsToMend reports whether an error is to be in the operator's log: what failed
// on our side, and what an installation lacks. The latter is no 5xx: anybody can ask
// for it, and 5xx ring and take a release back.
func OperatorsToMend(c Code) bool {
	return Status(c) >= 500 || c == BillingNotSetUp || c == YouTubeNotSetUp || c == MailNotSetUp
}

func row(c Code) Row {
	if r, ok := rows[c]; ok {
		return r
	}
	return rows[Internal]
}

// Codes lists every public code, in no particular order.
func Codes() []Code {
	all := make([]Code, 0, len(rows))
	for c := range rows {
		all = append(all, c)
	}
	return all
}
