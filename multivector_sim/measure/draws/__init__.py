"""What is known of one figure over the draws of a run, and the measures over it.

Three members, one face (:class:`~multivector_sim.measure.draws.face.Draws`): draws that are independent and all here;
draws that come in a few independent sequences, each spread evenly; and draws that were too many to keep and were
counted in bins. A run makes the right one; whoever asks for a measure need not know which.
"""

from multivector_sim.measure.draws.binned import BinnedDraws
from multivector_sim.measure.draws.face import Draws
from multivector_sim.measure.draws.independent import IndependentDraws
from multivector_sim.measure.draws.replicated import ReplicatedDraws

__all__ = ["BinnedDraws", "Draws", "IndependentDraws", "ReplicatedDraws"]
