/**
 * Fine-tuning side by side: the network as pre-trained, backpropagation and forward learning, on the same data and the same
 * selections of parameters.
 *
 * <p>For developers: {@link dev.flops.bench.finetune.FineTuning} runs forward learning as a comparison of one arm for each part,
 * and backpropagation with the same search for its rate; see docs/models.md.
 */
package dev.flops.bench.finetune;
