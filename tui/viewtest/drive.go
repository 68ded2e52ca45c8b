package viewtest

import (
	"context"
	"reflect"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// Drive runs a command and gives the messages of it, and of the commands that follow, to update, one
// at a time, until done says so. It fails the test when that takes longer than a minute.
func Drive(t *testing.T, update func(tea.Msg) tea.Cmd, cmd tea.Cmd, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	msgs := make(chan tea.Msg)
	start(ctx, cmd, msgs)
	for !done() {
		select {
		case msg := <-msgs:
			start(ctx, update(msg), msgs)
		case <-ctx.Done():
			t.Fatal("the screen did not get there in time")
		}
	}
}

// start runs a command as Bubble Tea does: batches side by side, sequences in order.
func start(ctx context.Context, cmd tea.Cmd, msgs chan<- tea.Msg) {
	if cmd != nil {
		go runCmd(ctx, cmd, msgs)
	}
}

func runCmd(ctx context.Context, cmd tea.Cmd, msgs chan<- tea.Msg) {
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			start(ctx, c, msgs)
		}
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() { // a sequence, whose type is not exported
		for i := range v.Len() {
			if c, _ := v.Index(i).Interface().(tea.Cmd); c != nil {
				runCmd(ctx, c, msgs)
			}
		}
		return
	}
	if msg == nil {
		return
	}
	select {
	case msgs <- msg:
	case <-ctx.Done():
	}
}

// Key makes the message of a key by its name in Bubble Tea, such as "enter", "esc", "tab" or "j".
func Key(name string) tea.KeyMsg {
	if k, ok := named[name]; ok {
		return tea.KeyMsg{Type: k}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

var named = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"backspace": tea.KeyBackspace, "ctrl+c": tea.KeyCtrlC, "ctrl+l": tea.KeyCtrlL, "ctrl+d": tea.KeyCtrlD, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	" ": tea.KeySpace, "left": tea.KeyLeft, "right": tea.KeyRight,
}
