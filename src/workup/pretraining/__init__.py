"""Makes a base model: a small T5 that has read a corpus and learned a teacher's understanding of it.

The steps, a module each: a corpus becomes passages (`corpus`), passages a tokenizer (`tokenizer`); the layers
of a BERT-like `teacher` are transplanted (`transplant`, `embeddings`) into a T5, the `student`, whose encoder
then learns to reproduce the teacher's vectors (`distillation`, `alignment`); encoder and decoder together
learn to answer questions and to fill gaps (`tasks`, `spans`). `plan` says how much of each, `stage` trains on
ready `batches`, `pretrain` strings them together.
"""
