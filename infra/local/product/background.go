package product

import "sync"

// background is a step that goes on beside the others: until its own line begins,
// another step's is shown.
type background struct {
	done chan struct{}
	said *said
}

type said struct {
	mu  sync.Mutex
	say func(string)
}

func inBackground() background {
	return background{done: make(chan struct{}), said: &said{say: func(string) {}}}
}

// tell shows progress once the step has its line.
func (b background) tell(what string) {
	b.said.mu.Lock()
	defer b.said.mu.Unlock()
	b.said.say(what)
}

// show gives the step its line.
func (b background) show(say func(string)) {
	b.said.mu.Lock()
	defer b.said.mu.Unlock()
	b.said.say = say
}
