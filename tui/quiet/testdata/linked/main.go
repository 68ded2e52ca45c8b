// Linked is a program that links the whole app and says one word.
package main

import (
	"context"
	"fmt"
	"os"

	_ "ctrace/tui/quiet"

	"ctrace/tui"
)

func main() {
	if len(os.Args) > 1 {
		_ = tui.Run(context.Background(), tui.Options{})
	}
	fmt.Println("hello")
}
