### Ce qui est dit quand une chose n’est pas possible ou s’est mal passée.

# $error_id : le numéro par lequel le distributeur la retrouve
error-unexpected =
    Un problème est survenu de notre côté. Votre argent et vos commandes sont en sécurité.
    Réessayez dans un instant ; si cela se reproduit, donnez-nous ce numéro : { $error_id }
# $link : la discussion privée du bot
private-chat-only = Je ne travaille qu’en discussion privée : { $link }
not-understood = Je n’ai pas compris. Envoyez /buy pour acheter des cartes, ou /help.
unknown-command = Je ne connais pas cette commande. Envoyez /help pour voir ce que je sais faire.

## Refus : ce qui n’est pas possible, et ce qui l’est. Un par RefusalReason ; aussi montrés
## au-dessus d’un bouton (200 caractères au plus), donc en texte simple.

refusal-not-a-member = Ce bot est réservé aux boutiques inscrites. Envoyez /start pour demander l’accès.
refusal-suspended = Votre boutique est suspendue. Envoyez /help pour savoir qui contacter.
refusal-paused = La vente est arrêtée pour le moment. Les cartes déjà commandées arrivent quand même. Réessayez plus tard.
refusal-not-available = Ce n’est pas disponible maintenant. Envoyez /buy pour choisir autre chose.
refusal-out-of-stock = Stock épuisé. Envoyez /buy pour choisir autre chose.
refusal-no-price = Pas encore de prix pour cette carte ; le distributeur est prévenu. Réessayez plus tard, ou envoyez /buy pour choisir autre chose.
# $most : la plus grande quantité possible maintenant
refusal-quantity-not-a-number =
    { $most ->
        [one] Envoyez la quantité en chiffres. Une seule carte peut être commandée maintenant.
       *[other] Envoyez la quantité en nombre entier, de 1 à { $most }.
    }
refusal-quantity-too-small =
    { $most ->
        [one] La quantité ne peut pas être inférieure à 1. Une seule carte peut être commandée maintenant.
       *[other] La quantité ne peut pas être inférieure à 1. Choisissez de 1 à { $most }.
    }
refusal-quantity-too-large =
    { $most ->
        [one] Une seule carte peut être commandée maintenant. Envoyez une quantité plus petite.
       *[other] { $most } cartes au plus peuvent être commandées maintenant. Envoyez une quantité plus petite.
    }
# $least, $most : le plus petit et le plus grand montant, avec la devise (25 USD)
refusal-card-amount-unreadable = Je ne peux pas lire ce montant. Envoyez seulement un nombre, de { $least } à { $most }.
refusal-card-amount-out-of-bounds = Ce montant n’est pas possible. Envoyez-en un de { $least } à { $most }.
# $below, $above : les montants possibles les plus proches
refusal-card-amount-off-step = Ce montant n’est pas possible. Les plus proches sont { $below } et { $above } : envoyez l’un d’eux, ou un autre.
refusal-phone-needed = Cette carte demande le numéro de téléphone du destinataire. Envoyez /buy et choisissez-la de nouveau.
refusal-phone-unreadable = Je ne peux pas lire ce numéro. Envoyez-le avec l’indicatif du pays, comme { $example } ; un numéro algérien peut commencer par 0.
# $total : le prix de la commande ; $missing : ce qui manque au solde
refusal-not-enough-balance = Solde insuffisant : la commande coûte { $total }, votre solde est de { $balance }, il manque { $missing }. Rechargez-le auprès du distributeur.
refusal-quote-unknown = Cette offre n’est pas la vôtre ou n’existe plus. Envoyez /buy pour recommencer.
refusal-quote-expired = Cette offre a expiré, rien n’a été commandé. Envoyez /buy pour en avoir une nouvelle.
refusal-too-late-to-cancel = La commande { $order } ne peut plus être annulée : elle est partie chez le fournisseur.
refusal-order-unknown = Cette commande n’existe pas.
refusal-nothing-there = Il n’y a plus rien à faire ici.
refusal-agent-unknown = Aucune boutique trouvée. Donnez le numéro Telegram d’un membre ou une partie du nom de la boutique.
refusal-agent-ambiguous = Plusieurs boutiques correspondent. Donnez plus de lettres du nom, ou le numéro Telegram d’un membre.
refusal-amount-unreadable = Je ne peux pas lire ce montant. Écrivez-le comme 10000 ou 1500,50.
refusal-own-currency = { $currency } est votre propre devise : elle n’a pas besoin de taux. Donnez la valeur en { $currency } de la devise d’un fournisseur.
refusal-currency-unknown = Aucun fournisseur n’est payé en { $currency }. Envoyez /rate pour voir les devises qui ont besoin d’un taux.
refusal-already-done = Cela a déjà été fait.
refusal-too-late-to-undo = Il est trop tard pour annuler cela. Utilisez /adjust.
refusal-not-possible-now = L’état de la commande ne le permet pas. Consultez-la avec /order.
refusal-provider-order-unknown = Le fournisseur n’a pas cette commande.

## Messages au-dessus d’un bouton (200 caractères au plus). Texte simple.

toast-working = Un instant…
toast-old-button = Ce bouton n’est plus valable. Envoyez /buy pour recommencer.
