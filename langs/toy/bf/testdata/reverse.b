prints its input backwards
>,[>,]<[.<]
