### Les commandes : où elles en sont, les cartes, et les commandes revues plus tard.
### Un code de carte n’est jamais écrit ici ; il arrive par $code, avec ses propres balises.

## Chaque message sur une commande commence ainsi. $total : le prix de toutes les cartes

order-head =
    <b>Commande { $order }</b>
    { $product }
    { $type } × { $quantity } — { $total }

## Le message de suivi : où en est une commande en cours

progress-confirmed = ⏳ Confirmée. Nous commandons vos cartes…
progress-sending = ⏳ Envoyée au fournisseur, nous attendons la réponse…
progress-handling = ⏳ Le fournisseur traite la commande. Les cartes arriveront dans cette discussion.
progress-handling-long =
    ⏳ Le fournisseur traite toujours la commande.
    Inutile d’attendre ici : les cartes arriveront dans cette discussion.
progress-checking =
    🔎 La réponse du fournisseur s’est perdue. Nous vérifions auprès de lui si la commande a été passée.
    L’argent reste réservé. N’achetez pas une seconde fois.
progress-checking-long =
    🔎 Nous vérifions toujours auprès du fournisseur si la commande a été passée.
    L’argent reste réservé, rien n’est perdu. Inutile d’attendre ici : la réponse arrive dans cette discussion.
progress-checking-longer =
    🔎 La commande n’apparaît pas chez le fournisseur pour l’instant. Nous continuons de chercher.
    L’argent reste réservé jusqu’à ce que nous sachions. La réponse arrive dans cette discussion.
progress-checking-longest =
    🔎 Nous ne savons toujours pas si la commande a été passée. L’équipe du distributeur est prévenue.
    L’argent reste réservé jusqu’à ce que nous sachions. La réponse arrive dans cette discussion.
# Sous les autres, quand les cartes du produit n’arrivent jamais tout de suite
progress-delayed = 🕓 Ces cartes arrivent en quelques jours, pas tout de suite. Inutile d’attendre ici.
progress-answered-below = ⬇️ La réponse est plus bas, dans un message plus récent.

## Les cartes. $count : combien sont arrivées ; $quantity : combien ont été commandées

receipt-head =
    { $count ->
        [one] ✅ <b>Commande { $order }</b> : votre carte
       *[other] ✅ <b>Commande { $order }</b> : vos { $count } cartes
    }
receipt-head-partial =
    { $count ->
        [one] 🟡 <b>Commande { $order }</b> : { $count } carte sur { $quantity }
       *[other] 🟡 <b>Commande { $order }</b> : { $count } cartes sur { $quantity }
    }
receipt-what = { $product } : { $type }
# Une longue commande arrive en plusieurs messages
receipt-part = Cartes { $first } à { $last } sur { $count }
receipt-copy = ♻️ Copie de la commande { $order } : vous avez peut-être déjà ces cartes. Vendez chaque carte une seule fois.
card-line = { $number }. { $code }
card-serial = Numéro de série : { $serial }
# $pin : ce qui accompagne le code
card-pin = Code PIN : { $pin }
# $day : le dernier jour, en date
card-valid-until = Valable jusqu’au { $day }
receipt-link = 🔗 Un lien est la carte elle-même : transmettez-le sans l’ouvrir.
# $told : les mots du fournisseur
receipt-redemption =
    <b>Comment utiliser la carte</b>
    { $told }
receipt-validity =
    <b>Validité</b>
    { $told }
receipt-paid = Débité : { $charged }. Solde : { $balance }.
receipt-given-back =
    { $missing ->
        [one] 1 carte n’est pas arrivée : { $amount } rendus.
       *[other] { $missing } cartes ne sont pas arrivées : { $amount } rendus.
    }
receipt-open = ⏳ Les autres cartes sont encore en cours de vérification, leur argent reste réservé. Elles arrivent dans cette discussion, ou l’argent est rendu.

## La fin d’une commande qui n’a apporté aucune carte

outcome-withdrawn = ✖️ <b>Annulée</b> : rien n’a été commandé.
outcome-refused = ❌ <b>Refusée</b> : aucune carte n’a été livrée.
outcome-refunded = ↩️ <b>Remboursée</b> : le fournisseur n’a livré aucune carte.
reason-cancelled = Vous l’avez annulée.
reason-price-rose = Le prix a augmenté. Envoyez /buy pour voir le nouveau.
reason-out-of-stock = Le stock s’est épuisé. Envoyez /buy pour choisir autre chose.
reason-not-available = Ce n’est pas disponible maintenant. Envoyez /buy pour choisir autre chose.
reason-provider-balance = Ce n’est pas disponible maintenant. Réessayez plus tard, ou envoyez /buy pour choisir autre chose.
reason-paused = La vente est arrêtée pour le moment. Réessayez plus tard.
reason-frozen = Ce n’est pas disponible maintenant. Réessayez plus tard.
reason-too-late = Le fournisseur n’a pas pu être joint à temps. Réessayez dans un moment.
reason-suspended = Votre boutique est suspendue. Envoyez /help pour savoir qui contacter.
reason-refused = Le fournisseur n’a pas accepté la commande. Réessayez plus tard, ou envoyez /buy pour choisir autre chose.
reason-absent = Nous avons vérifié auprès du fournisseur : la commande n’a jamais été passée. Vous pouvez recommencer.
reason-refunded = Réessayez plus tard, ou envoyez /buy pour choisir autre chose.
outcome-money = Rien n’est débité : { $amount } rendus. Solde : { $balance }.

## Une nouvelle offre, quand le prix ou le stock a changé avant l’envoi de la commande

requote-price =
    ⚠️ <b>La commande { $order } n’a pas été passée : le prix a augmenté.</b>
    { $product }
    { $type } × { $quantity }

    Une carte : { $old } → { $price }
    Total : <b>{ $total }</b>

    Rien n’est débité. Confirmez pour acheter au nouveau prix.
requote-elsewhere =
    ⚠️ <b>La commande { $order } n’a pas été passée : le fournisseur ne pouvait pas la livrer.</b>
    { $product }
    { $type } × { $quantity }

    Une carte : { $old } → { $price }
    Total : <b>{ $total }</b>

    Rien n’est débité. Un autre fournisseur propose la même chose : confirmez pour l’acheter à ce prix.
requote-stock =
    { $quantity ->
        [one] ⚠️ <b>La commande { $order } n’a pas été passée : il ne reste qu’une carte.</b>
       *[other] ⚠️ <b>La commande { $order } n’a pas été passée : il ne reste que { $quantity } cartes.</b>
    }
    { $product }
    { $type } × { $quantity }

    Une carte : { $price }
    Total : <b>{ $total }</b>

    Rien n’est débité. Confirmez pour acheter ce qui reste.

## La liste des commandes, et l’une d’elles

orders-title =
    <b>Vos commandes</b>
    Choisissez-en une pour la revoir.
orders-none = Vous n’avez pas encore de commande. Envoyez /buy pour acheter des cartes.
order-state-confirmed = ⏳ Confirmée, pas encore envoyée
order-state-sending = ⏳ En cours d’envoi au fournisseur
order-state-unknown = 🔎 En cours de vérification chez le fournisseur
order-state-handling = ⏳ En cours de traitement chez le fournisseur
order-state-fulfilled = ✅ Terminée
order-state-partially_filled = 🟡 Succès partiel
order-state-refunded = ↩️ Remboursée
order-state-refused = ❌ Refusée
order-state-withdrawn = ✖️ Annulée
order-placed = Commandée : { $at }
order-charged = Débité : { $charged }
order-given-back = Rendu : { $amount }
# Les codes sont cachés jusqu’à ce qu’on les demande
order-cards =
    { $count ->
        [one] 🔒 { $count } carte, masquée ici
       *[other] 🔒 { $count } cartes, masquées ici
    }

## Boutons (48 caractères au plus). Texte simple.

button-order = { $order } · { $name } × { $quantity }
button-reveal = 👁 Afficher les cartes
button-buy-again = 🔁 Choisir à nouveau
