/**
 * Image-text alignment: pictures of emoji find their names. A frozen image encoder, a frozen text encoder, and a small projector
 * between them that learns by forward evaluations with a contrastive loss.
 *
 * <p>References: Radford et al., <em>Learning Transferable Visual Models From Natural Language Supervision</em>, ICML 2021; van den
 * Oord, Li, Vinyals, <em>Representation Learning with Contrastive Predictive Coding</em>, arXiv:1807.03748, 2018.
 */
@NullMarked
package dev.flops.bench.align;

import org.jspecify.annotations.NullMarked;
