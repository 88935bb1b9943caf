# The commands of this checkout. `make` alone prints this list.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Linters are Go programs of exact versions; their binaries lie in .tools/bin.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

GO_FILES := $$(find . -name '*.go' -not -path './.*/*' -not -path '*/node_modules/*')
export SAM_CLI_TELEMETRY := 0
# As the functions are built, so that the compiler does its work once for them, the commands and the tests.
export GOFLAGS := -trimpath
export CGO_ENABLED := 0

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: run
run: preflight ## start the product on http://localhost:8000 (PORT, EMULATOR_PORT, .env.example)
	@mkdir -p .build && go build -o .build/run ./infra/local/run
	@exec .build/run -with-parent

.PHONY: dev
dev: preflight ## the same, but changes in frontend/src show in the browser at once
	@mkdir -p .build && go build -o .build/run ./infra/local/run
	@exec .build/run -with-parent -live

.PHONY: demo
demo: ## sign in, price, render Psalm 23 and reach the quota, against the running product
	@go run ./infra/local/demo

.PHONY: tenant
tenant: ## EMAIL=address PLAN=pro|none UNTIL=2027-01-31 LIMITS=images_count=500: what a tenant of the running product may use
	@mkdir -p .build && go build -o .build/tenant ./infra/local/tenant
	@EMAIL="$(EMAIL)" PLAN="$(PLAN)" UNTIL="$(UNTIL)" LIMITS="$(LIMITS)" .build/tenant

.PHONY: tenants
tenants: ## [MONTH=2026-11] [SORT=margin|cost|seen] [FORMAT=table|json]: what each tenant of the running product uses, costs and pays, and when it was last seen
	@mkdir -p .build && go build -o .build/tenants ./infra/local/tenants
	@MONTH="$(MONTH)" SORT="$(SORT)" FORMAT="$(FORMAT)" .build/tenants

.PHONY: rotate-signing
rotate-signing: ## rotate the running product's signing secret; nobody is signed out
	@mkdir -p .build && go build -o .build/rotatesigning ./infra/local/rotatesigning
	@exec .build/rotatesigning

.PHONY: mail-release
mail-release: ## EMAIL=address: have mail sent again to an address that it came back from, or that complained
	@mkdir -p .build && go build -o .build/mail-release ./infra/local/mailrelease
	@EMAIL="$(EMAIL)" .build/mail-release

.PHONY: webhook-replay
webhook-replay: ## ID=evt_… [TENANT=id]: have an event of the payment service applied again, also one that never came
	@mkdir -p .build && go build -o .build/webhook-replay ./infra/local/webhookreplay
	@ID="$(ID)" TENANT="$(TENANT)" .build/webhook-replay

.PHONY: reconcile
reconcile: ## hold the running product's ledger against counters, segments and files
	@mkdir -p .build && go build -o .build/reconcile ./infra/local/reconcile
	@exec .build/reconcile

.PHONY: load
load: preflight ## [USERS=100] [MINUTES=10] [ABUSER=1]: people use the running product, one in five renders; in the second half beside one who takes all he can
	@mkdir -p .build && go build -o .build/load ./infra/local/load
	@USERS="$(USERS)" MINUTES="$(MINUTES)" ABUSER="$(ABUSER)" exec .build/load

.PHONY: audit-verify
audit-verify: ## hold the running product's record of acts against its locked copies; names the first broken link
	@mkdir -p .build && go build -o .build/audit-verify ./infra/local/auditverify
	@exec .build/audit-verify

.PHONY: restore-drill
restore-drill: ## [STACK=name]: back the tables up, restore them beside those in use, compare, and record that it was tried
	@mkdir -p .build && go build -o .build/restore-drill ./infra/local/restoredrill
	@exec .build/restore-drill -stack "$(STACK)"

.PHONY: restore-tables
restore-tables: ## AT=2027-01-31T03:00:00Z [STACK=name]: restore both tables as of a moment, set up and cleared of erased accounts, to be adopted
	@test -n "$(AT)" || { echo "usage: make restore-tables AT=2027-01-31T03:00:00Z [STACK=name]"; exit 2; }
	@mkdir -p .build && go build -o .build/restore-drill ./infra/local/restoredrill
	@exec .build/restore-drill -stack "$(STACK)" -at "$(AT)"

.PHONY: export-verify
export-verify: ## FILE=export.zip: hold an export to its checksums and its manifest; names the first difference
	@mkdir -p .build && go build -o .build/exportverify ./infra/local/exportverify
	@exec .build/exportverify "$(FILE)"

.PHONY: erasure-replay
erasure-replay: ## after a restore: remove again what came back of those who were erased
	@mkdir -p .build && go build -o .build/erasure-replay ./infra/local/erasurereplay
	@exec .build/erasure-replay

.PHONY: reset
reset: ## empty .data: accounts, projects, videos, mail, secrets
	@go run ./infra/local/reset

.PHONY: backup
backup: ## [FILE=backups/name.tar.gz]: archive .data into one file, also while the product runs; secrets are in it
	@mkdir -p .build && go build -o .build/backup ./infra/local/backup
	@FILE="$(FILE)" .build/backup

.PHONY: restore
restore: ## FILE=backups/name.tar.gz [YES=1]: make .data what a backup holds; what is there now is set aside, not removed
	@mkdir -p .build && go build -o .build/restore ./infra/local/restore
	@FILE="$(FILE)" YES="$(YES)" .build/restore

.PHONY: tools
tools: preflight ## install the pinned tools into .tools (linters come with `make lint`)
	@go run ./infra/local/tools

.PHONY: build
build: preflight ## build what make deploy takes, for AWS (SAM CLI, into .aws-sam)
	@sam=$$(go run ./infra/local/tools -sam) && \
	CGO_ENABLED=0 GOOS=linux GOARCH=amd64 GOFLAGS="-trimpath -buildvcs=false -ldflags=-s -tags=lambda.norpc" "$$sam" build

# One file, because it keeps which of them are programs.
.PHONY: release
release: build ## write out/release.tgz, all that a deployment takes: functions, layer, templates, the built web app
	@go run ./infra/local/tools -web && cd frontend && npm run --silent build
	@mkdir -p out && tar -czf out/release.tgz .aws-sam/build frontend/dist

.PHONY: rehearse
rehearse: ## STAGE=production MAIL=address [DOMAIN=host] [REGION=] [STACK=]: what account and machine lack for a deployment, each with its command
	@mkdir -p .build && go build -o .build/rehearse ./infra/rehearse
	@exec .build/rehearse -stage "$(STAGE)" -domain "$(DOMAIN)" -mail "$(MAIL)" -region "$(REGION)" -stack "$(STACK)"

# What stands behind the target reaches the command by the environment, as it was written: no shell reads it again.
.PHONY: deploy
deploy: preflight ## STAGE=trial MAIL=address [DOMAIN=host] [SET="Name=Value …"] [RELEASE=] [ADOPT=] [YES=1]: deploy to the AWS account of the environment, web app included
	@mkdir -p .build && go build -o .build/deploy ./infra/deploy
	@exec .build/deploy

.PHONY: teardown
teardown: ## STAGE=trial [PURGE=1] [YES=1]: take a stage down that is not production; with PURGE its data too
	@mkdir -p .build && go build -o .build/deploy ./infra/deploy
	@exec .build/deploy teardown

.PHONY: deploy-web
deploy-web: preflight ## STACK=name: build the web app and publish it to a deployed stack
	@go run ./infra/publish -stack "$(STACK)"

.PHONY: verify-isolation
verify-isolation: preflight ## STAGE=production [STACK=name]: whether a tenant's role of a deployed stack reaches another tenant's data
	@go run ./infra/verifyisolation -stage "$(STAGE)" -stack "$(STACK)" $(ARGS)

# What the race detector sees nothing of but the test's own process: these start the product's programs, read files of
# the checkout, or reckon at length by themselves.
UNWATCHED := /platform/(functions|infra|bench)(/|$$)|/tests/(e2e|trial|contract|raw|structure|policy|corpus|speech|lettering|packing|lifecycle|deploying|load|container|chaos|hostile)(/|$$)|/technologies/(kokoro|espeak|ffmpeg|drawing|zipfile)(/|$$)|/domains/(paste|reading|paymock)$$|/httpapi/openapi$$
# The longest flows, whose goroutines are those of the others, and which take it twice the time: make race runs them with it.
LONG := /tests/(erasing|frozen|histories|ledger|paymock|pipeline|restoring|signin|simulation|uploads)$$

.PHONY: test
test: preflight ## everything that must hold: format, vet, linters, the web app, all tests (those of logic and flows with the race detector), the template
	@$(MAKE) --no-print-directory -j2 lint installed
	CGO_ENABLED=1 go test -race -vet=off -timeout 30m $$(go list ./... | grep -vE '$(UNWATCHED)|$(LONG)')
	go test -vet=off -timeout 30m $$(go list ./... | grep -E '$(UNWATCHED)|$(LONG)')
	@go test -count=1 -v -run TestTheMatrixIsLarge ./tests/isolation | grep -o 'isolation matrix: .*'
	@$(MAKE) --no-print-directory validate

.PHONY: race
race: preflight tools dynamodb stripe-mock ## the longest flows with the race detector, which make test runs without
	CGO_ENABLED=1 go test -race -vet=off -timeout 30m $$(go list ./... | grep -E '$(LONG)')

# Fetching waits for the network and lint for the processor, so that they go side by side.
.PHONY: installed
installed:
	@$(MAKE) --no-print-directory check-web tools dynamodb stripe-mock
	@go run ./infra/local/tools -sam > /dev/null

.PHONY: proofs
proofs: preflight tools dynamodb stripe-mock ## [PROOFS_SHARE=10s]: the concurrent, fault and attack proofs of sign-in, members, keys, audit, isolation, metering and uploads, at full counts, or each sweep and race for its share
	go run ./infra/proofs | grep -E '^(proofs|--- |ok|FAIL|panic)|rounds held|struck|held, of|caught by|planted bug|_test.go'

.PHONY: chaos
chaos: preflight tools ## [ROWS='^S3']: let all that the running product rests on fail, one after the other, while people use it; prints the table, into out/chaos.md
	@PROOFS=all go test -count=1 -v -timeout 90m -run TestNothingIsLostWhateverFails ./tests/chaos -rows "$(ROWS)" | grep -E '^ +(\||[a-z_]+_test.go)|faults, |ledger: |FAIL|^ok|panic'

.PHONY: kills
kills: preflight tools ## kill the product with signal 9 at twenty moments of a busy evening, and hold what people were told to what is there
	@PROOFS=all go test -count=1 -v -timeout 45m -run TestABusyEveningOutlivesKills ./tests/e2e | grep -E 'kills held|_test.go|FAIL|^ok|panic'

.PHONY: image-check
image-check: preflight tools ## start what the image copies in namespaces of its own: no network, no compiler, its own user (needs the right to make them)
	@PROOFS=all go test -count=1 -v -timeout 45m -run TestTheImagesFilesAreEnough ./tests/container | grep -E "image's tree|_test.go|FAIL|^ok|panic"

.PHONY: dynamodb
dynamodb: preflight
	@go run ./infra/local/tools -dynamodb

.PHONY: stripe-mock
stripe-mock: preflight
	@go run ./infra/local/tools -stripe

.PHONY: lint
lint: .tools/bin/staticcheck ## format, vet, staticcheck
	@unformatted=$$(gofmt -l $(GO_FILES)); if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	GOGC=300 go vet ./...
	GOGC=300 .tools/bin/staticcheck ./...

.PHONY: check-web
check-web: preflight ## the web app: types as the API's document says, lint, dead code, unit tests
	@go run ./infra/local/tools -web
	@cd frontend && NO_COLOR=1 npm run --silent check

.PHONY: validate
validate: ## sam validate --lint, and cfn-lint over what it does not look into: the nested templates
	@sam=$$(go run ./infra/local/tools -sam) && "$$sam" validate --lint --region us-east-1 && \
	"$$(dirname "$$sam")/cfn-lint" --regions us-east-1 --template infra/*.yaml && echo "infra/*.yaml: cfn-lint finds nothing"

.PHONY: scan
scan: preflight ## checkov over the templates after their transforms; fails for what infra/findings/exceptions.yaml has no reason for
	@go test -count=1 -v -run TestCheckov ./tests/structure | grep -E 'checkov|_test.go|FAIL|^ok'

.PHONY: openapi
openapi: ## write docs/openapi.json, docs/api.html and the web app's types of the API from the routes
	go run ./infra/openapi
	@go run ./infra/local/tools -web
	@cd frontend && NO_COLOR=1 npm run --silent types

.PHONY: schema-check
schema-check: preflight ## hold the running product to docs/openapi.json with requests made from it, some minutes (schemathesis)
	@go run ./infra/local/schemacheck $(ARGS)

# By themselves: ten minutes of processor time and as many requests take longer than CI has. make test runs the seeds
# of the fuzz targets, make proofs by itself each of them for a moment; CI leaves chance out.
.PHONY: hostile
hostile: preflight ## [MINUTES=10 REQUESTS=50000 ARGS=…]: every fuzz target for its share of processor time, then requests to the running product as owner, member, key and nobody
	@mkdir -p .build && go run ./infra/hostile -minutes "$(or $(MINUTES),10)"
	@go run ./infra/local/schemacheck -requests "$(or $(REQUESTS),50000)" $(ARGS)

.PHONY: datamap
datamap: ## write the data map of docs/privacy.md from the declaration
	@go run ./infra/datamap

.PHONY: template
template: ## write the API's functions into template.yaml from their rows and settings
	@go run ./infra/template

.PHONY: cost
cost: preflight tools ## what AWS costs: fixed a month, a rendered minute, a thousand users, a free tenant at its limits
	@go run ./infra/cost

.PHONY: scale
scale: ## what so many tenants ask of each limit, and which gives first (docs/scale.md)
	@go run ./infra/scale

.PHONY: web-assets
web-assets: ## draw the pictures of the web app's template gallery
	@go run ./infra/webassets

.PHONY: bench-render
bench-render: tools ## what a render costs, against one hand-written ffmpeg command; our camera against its perspective filter
	go run ./bench/render

.PHONY: voices
voices: preflight ## write out/voices.html: each natural voice beside espeak-ng's
	@go run ./bench/voices

.PHONY: voice-layer
voice-layer: preflight ## write out/voice-layer.zip: the Lambda layer for VoiceProvider=kokoro and espeak
	@go run ./infra/voicelayer

.PHONY: bench-web
bench-web: preflight ## Lighthouse for every page, and what a first visit loads
	go run ./bench/web

.PHONY: bench-calls
bench-calls: preflight ## AWS calls and DynamoDB units of each function, from its sample events
	@echo "       function             sample                 status units  calls"
	@go test -count=1 -v ./functions/... | grep '^calls' | sort

.PHONY: bench-init
bench-init: preflight ## ARGS="-json now.json -against before.json": start-up of each API function beside a bare handler, and its size
	@go run ./bench/init $(ARGS)

.PHONY: bench-metering
bench-metering: tools ## how fast and how exactly quota is held, beside other ways; what a neighbour feels
	@go run ./bench/metering

.PHONY: bench-export
bench-export: preflight ## ARGS="-mib 512": packing an export beside copying at S3, and beside download, zip and upload
	@go run ./bench/export $(ARGS)

.PHONY: new-function
new-function: ## NAME=noun-verb [METHOD=POST PATTERN=/api/v1/… ACT=Manage]: make an endpoint that answers: row, function, samples, template, types
	@go run ./infra/local/newfunction -method "$(METHOD)" -pattern "$(PATTERN)" -act "$(ACT)" "$(NAME)"

.PHONY: sam-invoke
sam-invoke: ## FN=name EVENT=file: run one function with SAM CLI in its container (needs Docker)
	@test -n "$(FN)" || { echo "usage: make sam-invoke FN=health-get [EVENT=events/health-get/ok.json]"; exit 2; }
	@go run ./infra/local/saminvoke "$(FN)" "$(EVENT)"

.PHONY: clean
clean: ## remove what was built (.build, .aws-sam, out, frontend/dist); data and tools stay
	rm -rf .build .aws-sam out frontend/dist

.PHONY: preflight
preflight:
	@infra/local/preflight.sh

# A changed version in this file installs anew.
.tools/bin/staticcheck: Makefile
	@mkdir -p .tools/bin && GOBIN=$(CURDIR)/.tools/bin go install $(STATICCHECK)
	@touch $@

.PHONY: corpus
corpus: preflight ## read and price the texts of tests/corpus, all of them, against the local voice; prints the table
	@PROOFS=full go test -count=1 -v -run TestPrices ./tests/corpus | grep -E 'corpus:|FAIL|^ok|prices are'
