### Le solde, comme la boutique le voit. Les montants arrivent déjà écrits pour le lecteur.

wallet-balance = <b>Votre solde : { $balance }</b>
wallet-held = Réservé pour les commandes en cours : { $held }
# $spendable : le solde et le crédit ensemble
wallet-limit = Plafond de crédit : { $limit }. Vous pouvez dépenser { $spendable }.
wallet-no-limit = Crédit : illimité.
wallet-today = Aujourd’hui : commandes { $orders }, cartes { $cards }, débité { $charged }
wallet-movements = <b>Derniers mouvements</b>
wallet-no-movements = Pas encore de mouvement. Le distributeur recharge votre solde.

## Une ligne par mouvement. $amount : avec un moins quand il sort du solde

movement-hold = { $at } · commande { $order } · { $amount }
movement-release = { $at } · rendu, commande { $order } · { $amount }
movement-topup = { $at } · recharge · { $amount }
movement-adjust = { $at } · correction · { $amount }
movement-undo = { $at } · annulé · { $amount }
# $memo : ce que le distributeur a noté
movement-memo = « { $memo } »

## Ce que la boutique apprend quand quelque chose a bougé sans elle

# $amount : sans son signe
wallet-added = 💰 <b>{ $amount } ajoutés à votre solde.</b>
wallet-taken = 💰 <b>{ $amount } retirés de votre solde.</b>
wallet-moved-balance = Solde : { $balance }
standing-suspended =
    ⛔ <b>Votre boutique est suspendue.</b>
    Rien ne peut être acheté pour le moment. Les cartes déjà commandées arrivent quand même. Envoyez /help pour savoir qui contacter.
standing-reinstated = ✅ <b>Votre boutique peut de nouveau acheter.</b> Envoyez /buy.
