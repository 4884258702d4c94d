runs into the left end in a loop
-[[->+<]+>-]<[.<]
