package main

import "github.com/devotionalai/platform/shared/domains/tariff"

// price is a list price in us-east-1, in US dollars, without what AWS gives free of
// charge to every account.
type price struct {
	USD    float64
	Per    string
	Source string // the page that says so
	AsOf   string // when it was looked at, or that it was not
}

const (
	looked = "2026-11" // read then, on the page or where it is quoted
	known  = "as listed for years, not read again in 2026-11"
)

// The prices. A resource's own is in kinds, by its type. Those of what tenants use are
// in shared/domains/tariff, for the product reckons with them too.
var (
	alarmMetric   = price{0.10, "metric that an alarm of standard resolution reads, a month", "https://aws.amazon.com/cloudwatch/pricing/", looked}
	fastAlarm     = price{0.30, "metric that an alarm of a period below a minute reads, a month", "https://aws.amazon.com/cloudwatch/pricing/", looked}
	composite     = price{0.50, "composite alarm, a month", "https://aws.amazon.com/cloudwatch/pricing/", looked}
	customMetric  = price{0.30, "metric of one's own, a month in whose every hour it is written", "https://aws.amazon.com/cloudwatch/pricing/", known}
	dashboard     = price{3.00, "dashboard, a month, beyond three of fifty metrics each", "https://aws.amazon.com/cloudwatch/pricing/", known}
	logGB         = price{0.50, "GB of logs taken in", "https://aws.amazon.com/cloudwatch/pricing/", known}
	canaryRun     = price{0.0012, "run of a canary", "https://aws.amazon.com/cloudwatch/pricing/", known}
	webACL        = price{5.00, "web ACL, a month", "https://aws.amazon.com/waf/pricing/", looked}
	webRule       = price{1.00, "rule or managed rule group of a web ACL, a month", "https://aws.amazon.com/waf/pricing/", looked}
	webMillion    = price{0.60, "million requests that a web ACL sees", "https://aws.amazon.com/waf/pricing/", looked}
	kmsKey        = price{1.00, "key, a month", "https://aws.amazon.com/kms/pricing/", looked}
	secret        = price{0.40, "secret, a month", "https://aws.amazon.com/secrets-manager/pricing/", looked}
	queueMillion  = price{0.40, "million calls of a queue", "https://aws.amazon.com/sqs/pricing/", known}
	callMillion   = price{0.20, "million calls of functions", "https://aws.amazon.com/lambda/pricing/", looked}
	functionGBs   = price{tariff.FunctionGBs, "GB-second of a function (x86)", "https://aws.amazon.com/lambda/pricing/", looked}
	apiMillion    = price{1.00, "million calls of an HTTP API", "https://aws.amazon.com/api-gateway/pricing/", looked}
	edgeMillion   = price{1.00, "million requests over HTTPS at the edge", "https://aws.amazon.com/cloudfront/pricing/", known}
	edgeFunctions = price{0.10, "million calls of a function at the edge", "https://aws.amazon.com/cloudfront/pricing/", known}
	writeMillion  = price{tariff.WriteMillion, "million write units on demand", "https://aws.amazon.com/dynamodb/pricing/on-demand/", looked}
	readMillion   = price{0.125, "million read units on demand", "https://aws.amazon.com/dynamodb/pricing/on-demand/", looked}
	mailThousand  = price{0.10, "thousand mails", "https://aws.amazon.com/ses/pricing/", known}
)

// byUse are the types that cost nothing by being there. What their use costs is
// reckoned in usage.go where it is not nothing.
var byUse = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", // by the call
	"AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault", // by what is kept
	"AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription", // mail about them is free
	"AWS::CertificateManager::Certificate",
	"AWS::CloudFormation::Stack", "AWS::CloudFormation::WaitConditionHandle",
	"AWS::CloudFront::Distribution", "AWS::CloudFront::Function", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::ResponseHeadersPolicy",
	"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentConfig", "AWS::CodeDeploy::DeploymentGroup", // free for functions
	"AWS::DynamoDB::Table",
	"AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider", "AWS::IAM::Policy", "AWS::IAM::Role",
	"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Lambda::Url", "AWS::Lambda::Version",
	"AWS::Logs::LogGroup", "AWS::Logs::ResourcePolicy", "AWS::Logs::MetricFilter", // the filter's metric is paid in the hours in which it finds something
	"AWS::S3::Bucket", "AWS::S3::BucketPolicy",
	"AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity",
	"AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy",
	"AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
	"AWS::StepFunctions::StateMachine",
}
