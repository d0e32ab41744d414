"""English words for what can be done and be seen to be done, as pieces of regular expressions."""

from __future__ import annotations

# Unlike to see, to think or to talk.
DEEDS = (
    r"add|adjust|announce|arrange|assign|attach|book|bring|build|buy|call(?! it)|cancel|chase|check|circulate|"
    r"clean|close|collate|collect|come up with|compile|complete|confirm|connect|contact|coordinate|copy|correct|"
    r"create|deliver|deploy|design|document|draft|e-?mail|export|explore|figure out|file|find out|fix|follow up|"
    r"forward|gather|get (?:back|me|us|in touch|hold|(?:it|this|that|them|the \w+) (?:set up|done|fixed|ready|out|to))|"
    r"hand (?:in|over)|handle|implement|import|inform|install|investigate|invite|issue|"
    r"look (?:into|at|for|over|up)|mail|make (?:an?|sure|the)|merge|message|migrate|notify|open|order|organi[sz]e|"
    r"own|pay|pick up|ping|plan|post|prepare|print|propose|provide|publish|pull|push|"
    r"put (?:together|up|in|it|this|that|them|an?|the)|raise|reach out|rebase|rebuild|record|register|release|"
    r"remind|remove|rename|renew|reopen|replace|reply|report|reproduce|request|research|reserve|resend|resolve|"
    r"respond|restart|resubmit|return|review|revise|rewrite|roll (?:back|out)|rotate|run|schedule|send|set up|"
    r"share|ship|sign|sort out|submit|summari[sz]e|sync|take (?:care|over|on|a look|down)|test|track|translate|"
    r"type up|update|upgrade|upload|verify|work on|write"
)

# Deeds only where somebody is asked to their face.
FAVOURS = (
    r"ask|change|compare|define|discuss|do|fill|find|finish|get|give|help|include|join|let|look|make|meet|move|"
    r"pass|put|read|save|set|show|speak|start|switch|take|tell|try|turn|use|watch|work"
)

# What follows "I'll" and is no task.
NO_DEED = (
    r"accept|admit|and|assume|be|been|believe|bet|by|call it|come|depend|die|do one|draw|either|end|ever|explain|"
    r"focus|forget|get (?:to|there|up|off|on)|give (?:you )?an? example|give (?:it|that|this) a|go|guess|hand it|"
    r"hate|had|have|hope|in|interpret|just|keep|know|leave|let|like|live|love|mention|miss|move on|need|never|no|"
    r"not|note|of|on|or|pass|put (?:it|that) (?:this|another|differently)|quit|read (?:it|this|that|from)|refrain|"
    r"regret|remember|require|say|see|show you|skip|sleep|start|stay|stick|still|stop|suggest|"
    r"take (?:it|that|this) (?:that|as)|talk|tell|think|to|turn|understand|wait|want|wish|worry|agree|always|eat"
)

ADVERBS = (
    r"(?:(?:(?!(?:re|app|supp|multip)ly\b)\w+ly|also|just|then|now|maybe|please|try to|try and|go and|go ahead and|"
    r"be able to|start to|perhaps|at least|soon|uh|um|uhm|have to|need to|all)[\s,]+)*+"
)

# Also what is only polite, sells something or signs off: broader than a task, for telling an errand from a report.
POLITE = (
    r"please|pls|let me know|let us know|let's|lets|give (?:me|us) a (?:call|ring|shout)|call me|"
    r"e-?mail (?:me|us)|(?:can|could|would|will|may|shall|should) (?:you|we|i)|"
    r"would (?:like|love) to (?:discuss|meet|talk|hear|see|invite|get|have)|do you (?:mind|know|want|have)|"
    r"are you (?:available|free|able)|feel free|don't hesitate|do not hesitate|happy to|any questions|"
    r"looking forward to hearing|how about|what about|why don't (?:you|we)|"
    r"we (?:should|need to|can) (?:discuss|meet|talk)|check out|click (?:here|on)|reply to|contact (?:me|us)|"
    r"remember to|make sure|need you to|i'll (?:send|call|get|forward)|hope you can|appreciate|visit our|"
    r"use (?:this|the) link"
)
